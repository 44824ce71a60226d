import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";

import { actorText } from "./text";
import { type ActorName, hasName, wordsOf } from "./words";

/** As many as the server names at once. */
const ACTORS_MAX = 100;

/** The part of a key below the tenant: names are of today, and change. */
export const ACTORS = "actors";

const actorsQuery = (tenant: TenantId, actors: readonly string[]) =>
  queryOptions({
    queryKey: [tenant, ACTORS, actors] as const,
    staleTime: 60_000,
    enabled: actors.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const chunks = Array.from({ length: Math.ceil(actors.length / ACTORS_MAX) }, (_, at) =>
        actors.slice(at * ACTORS_MAX, (at + 1) * ACTORS_MAX),
      );
      const answers = await Promise.all(
        chunks.map((actor) =>
          answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/actors", {
              params: { path: { tenant_id: tenant }, query: { actor } },
              signal,
            }),
          ),
        ),
      );
      return new Map(answers.flatMap(({ items }) => items).map((one) => [one.actor, one] as const));
    },
  });

const NOBODY: ReadonlyMap<string, ActorName> = new Map();

/** Says of each of these actors who it is; null where nobody is known by it, or it isn't known yet. */
export function useActors(
  tenant: TenantId,
  actors: readonly string[],
): (actor: string) => string | null {
  const words = useText(actorText);
  const asked = [...new Set(actors.filter(hasName))].toSorted();
  const { data = NOBODY } = useQuery(actorsQuery(tenant, asked));
  return (actor) => wordsOf(actor, data, words);
}
