import { Button } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { incidentsQuery } from "@/features/launch/incidents/queries";
import { PhaseList } from "@/features/launch/phases/PhaseList";
import { phaseToRequest } from "@/features/launch/phases/request";
import { RequestDialog } from "@/features/launch/phases/RequestDialog";
import { phasesText } from "@/features/launch/phases/text";
import { type ChangeStanding, launchQueries } from "@/features/launch/queries";
import { LiveMark } from "@/shared/live/LiveMark";
import { useLaunchRoles } from "@/shared/session/launchRoles";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

/** The phases with their gates and changes, and what the lead may ask for. */
export function PhasesPage(): ReactElement {
  const text = useText(phasesText);
  const [isRequesting, setRequesting] = useState(false);
  const isLead = useLaunchRoles().includes("requester_lead");
  const changes = useQuery(launchQueries.changes());
  const newest = changes.data?.at(-1);
  const closed = useQuery({
    ...launchQueries.change(newest?.change ?? ""),
    enabled: isLead && newest?.state === "closed",
  });
  const phase = isLead && changes.data !== undefined ? phaseToRequest(newest, closed.data) : null;
  return (
    <Page
      title={text.title}
      mark={<LiveMark />}
      actions={
        phase !== null ? (
          <Button onClick={() => setRequesting(true)}>{text.request}</Button>
        ) : undefined
      }
    >
      {changes.error !== null && (
        <ProblemView error={changes.error} onRetry={() => void changes.refetch()} />
      )}
      {changes.data !== undefined && newest === undefined && <EmptyView>{text.nothing}</EmptyView>}
      {changes.data !== undefined && newest !== undefined && (
        <Phases standings={changes.data} newest={newest} />
      )}
      {isRequesting && phase !== null && (
        <RequestDialog phase={phase} onClose={() => setRequesting(false)} />
      )}
    </Page>
  );
}

interface PhasesProps {
  standings: readonly ChangeStanding[];
  newest: ChangeStanding;
}

/** The plan is that of the newest request; gates are judged by every change and every open incident. */
function Phases({ standings, newest }: PhasesProps) {
  const seen = useQuery(launchQueries.payload(newest.change, newest.revision, newest.sha256));
  const incidents = useQuery(incidentsQuery);
  const changes = useQueries({
    queries: standings.map(({ change }) => launchQueries.change(change)),
  });
  const error = seen.error ?? incidents.error ?? changes.find((one) => one.error !== null)?.error;
  if (error !== undefined && error !== null) return <ProblemView error={error} />;
  if (seen.data === undefined || incidents.data === undefined) return null;
  const openP0 = incidents.data.filter(({ open, severity }) => open && severity === "p0").length;
  return (
    <PhaseList
      plan={seen.data.payload.plan}
      standings={standings}
      ground={{ changes: changes.flatMap(({ data }) => data ?? []), openP0 }}
      linkTo={(change) => (
        <Link to="/launch/changes/$change" params={{ change }}>
          {change}
        </Link>
      )}
    />
  );
}
