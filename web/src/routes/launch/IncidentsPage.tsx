import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { FileIncidentDialog } from "@/features/launch/incidents/IncidentDialogs";
import { IncidentList } from "@/features/launch/incidents/IncidentList";
import { incidentsQuery } from "@/features/launch/incidents/queries";
import { incidentsText } from "@/features/launch/incidents/text";
import { LiveMark } from "@/shared/live/LiveMark";
import { useLaunchRoles } from "@/shared/session/launchRoles";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

/** Who files incidents, as the plan has it. */
const mayFile = ["requester_lead", "on_call", "executive_operator"];

export function IncidentsPage(): ReactElement {
  const text = useText(incidentsText);
  const roles = useLaunchRoles();
  const [isFiling, setFiling] = useState(false);
  const incidents = useQuery(incidentsQuery);
  const file = <Button onClick={() => setFiling(true)}>{text.file}</Button>;
  return (
    <Page
      title={text.title}
      mark={<LiveMark />}
      actions={roles.some((role) => mayFile.includes(role)) ? file : undefined}
    >
      {incidents.error !== null && (
        <ProblemView error={incidents.error} onRetry={() => void incidents.refetch()} />
      )}
      {incidents.data !== undefined && <IncidentList incidents={incidents.data} roles={roles} />}
      {isFiling && <FileIncidentDialog onClose={() => setFiling(false)} />}
    </Page>
  );
}
