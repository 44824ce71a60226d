import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";

import { following, operationsEvents } from "@/features/operations/follow";
import { OperationsView } from "@/features/operations/OperationsView";
import { operationsQuery } from "@/features/operations/queries";
import { operationsText } from "@/features/operations/text";
import { ProblemError } from "@/shared/api/problem";
import { useLive } from "@/shared/live/LiveContext";
import { LiveMark } from "@/shared/live/LiveMark";
import { LiveProvider } from "@/shared/live/LiveProvider";
import { useText } from "@/shared/text/text";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

/** How the program does, each second. */
export function OpsPage(): ReactElement {
  const queries = useQueryClient();
  const follow = useMemo(() => following(queries), [queries]);
  return (
    <LiveProvider stream={operationsEvents} freshBy="event" onMessage={follow}>
      <Watched />
    </LiveProvider>
  );
}

function Watched() {
  const text = useText(operationsText);
  const { silentMs } = useLive();
  const { data, error, refetch } = useQuery(operationsQuery);
  const isTakenAway = error instanceof ProblemError && error.problem.status === 403;
  return (
    <Page title={text.title} mark={<LiveMark />}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={12} />}
      {data !== undefined && !isTakenAway && (
        <OperationsView operations={data} isStale={silentMs !== null} />
      )}
    </Page>
  );
}
