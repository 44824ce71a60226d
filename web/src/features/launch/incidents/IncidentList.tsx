import { Button } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Facts } from "@/shared/ui/Facts";
import { Moment } from "@/shared/ui/Moment";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import type { LaunchRole } from "../queries";
import { clockText } from "../span";
import { CloseIncidentDialog } from "./IncidentDialogs";
import classes from "./incidents.module.css";
import type { Incident } from "./queries";
import { reportFields } from "./report";
import { incidentsText } from "./text";

interface IncidentListProps {
  incidents: readonly Incident[];
  roles: readonly LaunchRole[];
}

/** Newest first; an open one with what closes it. */
export function IncidentList({ incidents, roles }: IncidentListProps) {
  const text = useText(incidentsText);
  const [closing, setClosing] = useState<string | null>(null);
  if (incidents.length === 0) return <EmptyView>{text.none}</EmptyView>;
  return (
    <ol className={classes["incidents"]}>
      {incidents.toReversed().map((incident) => (
        <IncidentItem
          key={incident.id}
          incident={incident}
          roles={roles}
          onCloseIt={() => setClosing(incident.id)}
        />
      ))}
      {closing !== null && (
        <CloseIncidentDialog incident={closing} onClose={() => setClosing(null)} />
      )}
    </ol>
  );
}

const status = { p0: "danger", p1: "warn", p2: "info" } satisfies Record<
  Incident["severity"],
  Status
>;

interface IncidentItemProps {
  incident: Incident;
  roles: readonly LaunchRole[];
  onCloseIt: () => void;
}

function IncidentItem({ incident, roles, onCloseIt }: IncidentItemProps) {
  const text = useText(incidentsText);
  const { execution, report, severity, trigger } = incident;
  const mayClose = severity !== "p0" || roles.includes("executive_operator");
  return (
    <li className={classes["incident"]}>
      <div className={classes["head"]}>
        <h2>
          {incident.id}: {incident.title}
        </h2>
        <StatusMark status={incident.open ? status[severity] : "ok"}>
          {`${severity.toUpperCase()}, ${incident.open ? text.open : text.closed}`}
        </StatusMark>
      </div>
      <Facts
        facts={[
          { name: text.detected, value: <Moment at={incident.detected} /> },
          { name: text.openedBy, value: incident.opened_by },
          ...(trigger === null ? [] : [{ name: text.trigger, value: trigger }]),
          ...(execution === null
            ? []
            : [
                {
                  name: text.execution,
                  value: text.executionOf(execution.change, execution.revision, execution.attempt),
                },
              ]),
        ]}
      />
      {incident.open && mayClose && (
        <Button variant="default" size="compact-md" onClick={onCloseIt}>
          {text.close}
        </Button>
      )}
      {incident.open && !mayClose && <p>{text.onlyExecutive}</p>}
      {report !== null && (
        <details>
          <summary>{text.report}</summary>
          <Facts
            facts={[
              { name: text.closedBy, value: report.closed_by },
              { name: text.duration, value: clockText(report.duration_ms) },
              ...reportFields.map((field) => ({ name: text.fields[field], value: report[field] })),
              {
                name: text.timeline,
                value: report.timeline.map(({ at, what }) => `${at ?? ""} ${what}`).join("; "),
              },
            ]}
          />
        </details>
      )}
    </li>
  );
}
