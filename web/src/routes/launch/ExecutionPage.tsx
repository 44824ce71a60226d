import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { ExecutionBody } from "@/features/launch/execution/ExecutionBody";
import classes from "@/features/launch/execution/execution.module.css";
import { historyQuery, viewQuery, type WatchedView } from "@/features/launch/execution/queries";
import { SteerActs } from "@/features/launch/execution/SteerActs";
import { executionText } from "@/features/launch/execution/text";
import { type Incident, incidentsQuery } from "@/features/launch/incidents/queries";
import { reportQuery } from "@/features/launch/report/queries";
import { ReportSection } from "@/features/launch/report/ReportSection";
import { clockText } from "@/features/launch/span";
import { LiveMark } from "@/shared/live/LiveMark";
import { useLive } from "@/shared/live/LiveContext";
import { useLaunchRoles } from "@/shared/session/launchRoles";
import { useCaller } from "@/shared/session/session";
import { useSigningKeys } from "@/shared/signing/queries";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import { executionRoute } from "./area";
import { launchText } from "./text";

const goodEnds = ["succeeded", "rehearsed"];

function markOf({ view }: WatchedView): Status {
  const { ended, state, intent } = view.execution;
  if (ended) return goodEnds.includes(state) ? "ok" : "danger";
  return intent === "none" ? "info" : "warn";
}

function openP0(incidents: readonly Incident[]): number {
  return incidents.filter(({ open, severity }) => open && severity === "p0").length;
}

/** An execution as it runs, each second, and what one may do about it. */
export function ExecutionPage(): ReactElement {
  const { execution: number } = executionRoute.useParams();
  const text = useText(executionText);
  const watched = useQuery(viewQuery(number));
  if (watched.data === undefined) {
    return (
      <Page title={text.execution(number)}>
        {watched.error !== null && (
          <ProblemView error={watched.error} onRetry={() => void watched.refetch()} />
        )}
      </Page>
    );
  }
  return <Watched watched={watched.data} error={watched.error} />;
}

function Watched({ watched, error }: { watched: WatchedView; error: Error | null }) {
  const text = useText(executionText);
  const { silentMs } = useLive();
  const roles = useLaunchRoles();
  const { view } = watched;
  const { execution } = view;
  const history = useQuery(historyQuery(execution.execution));
  const incidents = useQuery(incidentsQuery);
  const isStale = !execution.ended && (error !== null || silentMs !== null);
  const mark = (
    <>
      <StatusMark status={markOf(watched)}>{text.states[execution.state]}</StatusMark>
      {!execution.ended && <LiveMark />}
    </>
  );
  return (
    <Page
      title={text.title(execution.change, execution.attempt, execution.rehearsal)}
      mark={mark}
      actions={
        <SteerActs execution={execution} roles={roles} openP0={openP0(incidents.data ?? [])} />
      }
    >
      {execution.rehearsal && (
        <p className={classes["band"]} role="note">
          {text.band(execution.time_scale)}
        </p>
      )}
      <p className={classes["progress"]}>
        {view.window_ms > 0 && (
          <span>{text.covered(clockText(view.covered_ms), clockText(view.window_ms))}</span>
        )}
        {view.deadline_in_ms !== null && (
          <span>{text.deadline(clockText(view.deadline_in_ms))}</span>
        )}
        {execution.ended && execution.why !== "" && <span>{execution.why}</span>}
        <Link to="/launch/changes/$change" params={{ change: execution.change }}>
          {text.record}
        </Link>
        {execution.ended && (
          <Link
            to="/launch/executions/$execution/evidence"
            params={{ execution: execution.execution }}
          >
            {text.evidence}
          </Link>
        )}
      </p>
      {error !== null && <ProblemView error={error} />}
      {execution.ended && <EndedReport execution={execution} />}
      <ExecutionBody watched={watched} history={history.data} isStale={isStale} />
    </Page>
  );
}

/** The report is of the newest execution that has ended; another one's isn't spoken of here. */
function EndedReport({ execution }: { execution: WatchedView["view"]["execution"] }) {
  const text = useText(launchText);
  const userId = useCaller().user?.user_id ?? "";
  const isLead = useLaunchRoles().includes("requester_lead");
  const keys = useSigningKeys(userId);
  const { data: standing } = useQuery(reportQuery(execution.change));
  if (standing?.execution !== execution.execution) return null;
  const enrolment = <Link to="/launch/keys">{text.enrol}</Link>;
  return (
    <ReportSection
      change={execution.change}
      isRehearsal={execution.rehearsal}
      standing={standing}
      signing={isLead ? { key: keys?.[0], enrolment } : null}
    />
  );
}
