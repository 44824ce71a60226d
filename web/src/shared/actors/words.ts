import type { components } from "@/shared/api/schema";

import type { actorText } from "./text";

export type ActorName = components["schemas"]["ActorName"];
type Words = typeof actorText.en;

/** "user" and "ann" of "user:ann". */
function partsOf(actor: string): [kind: string, name: string] {
  const end = actor.indexOf(":");
  return end < 0 ? ["", actor] : [actor.slice(0, end), actor.slice(end + 1)];
}

const named = /^(user|token):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the server can be asked for a name. */
export function hasName(actor: string): boolean {
  return named.test(actor);
}

/** Who isn't in the tenant's directory; null for who may be. */
function outsider(actor: string, words: Words): string | null {
  const [kind, name] = partsOf(actor);
  if (kind === "cli") return words.commandLine(name);
  return kind === "database" ? words.database(name) : null;
}

/** Somebody who acted, in words; null where nobody is known by it. */
export function wordsOf(
  actor: string,
  names: ReadonlyMap<string, ActorName>,
  words: Words,
): string | null {
  const known = names.get(actor);
  if (known === undefined) return outsider(actor, words);
  if (known.made_by === null) return known.name;
  const maker = known.made_by_name ?? outsider(known.made_by, words);
  return maker === null ? words.token(known.name) : words.tokenOf(known.name, maker);
}
