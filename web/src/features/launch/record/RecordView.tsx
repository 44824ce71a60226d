import type { ReactNode } from "react";

import { useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";

import type { Change, ListedExecution, Notices, SeenPayload, SignedDecision } from "../queries";
import { ApprovalSection, RejectionsSection, StatusSection } from "./ApprovalSections";
import type { Compared } from "./Comparison";
import { ControlSection } from "./ControlSection";
import { readDecision } from "./decisions";
import { GuidesSection, VerificationSection } from "./GroundSections";
import classes from "./record.module.css";
import { ConfirmationSection, ScopeSection, SummarySection } from "./RequestSections";
import { recordText } from "./text";
import { WhoSection } from "./WhoSection";

interface RecordViewProps {
  change: Change;
  seen: SeenPayload;
  notices: Notices["items"];
  decisions: readonly SignedDecision[];
  executions: readonly ListedExecution[];
  /** How an execution is linked to. */
  linkTo: (execution: ListedExecution, label: string) => ReactNode;
  compared: Compared;
  onCompare: (compared: Compared) => void;
}

/** The approval record with all of its sections, from data alone. */
export function RecordView({ change, seen, notices, executions, ...props }: RecordViewProps) {
  const { payload } = seen;
  const decisions = props.decisions.map(readDecision);
  return (
    <>
      <SummarySection seen={seen} />
      <ScopeSection payload={payload} />
      <WhoSection change={change} payload={payload} notices={notices} />
      <ApprovalSection change={change} payload={payload} decisions={decisions} />
      <StatusSection change={change} payload={payload} notices={notices} />
      <ExecutionsSection executions={executions} linkTo={props.linkTo} />
      <ConfirmationSection payload={payload} />
      <VerificationSection payload={payload} />
      <GuidesSection payload={payload} />
      <RejectionsSection decisions={decisions} />
      <ControlSection change={change} compared={props.compared} onCompare={props.onCompare} />
    </>
  );
}

function standingOf(execution: ListedExecution): string {
  if ("unreadable" in execution) return execution.unreadable;
  const { ended, state, why } = execution;
  return `${state.replaceAll("_", " ")}${why !== "" && ended ? `. ${why}` : ""}`;
}

function ExecutionsSection({ executions, linkTo }: Pick<RecordViewProps, "executions" | "linkTo">) {
  const text = useText(recordText);
  return (
    <Section title={text.executions}>
      {executions.length === 0 && <p>{text.noExecutions}</p>}
      <ul className={classes["list"]}>
        {executions.map((one) => (
          <li key={one.execution}>
            {linkTo(one, text.attempt(one.attempt, one.rehearsal))}: {standingOf(one)}
          </li>
        ))}
      </ul>
    </Section>
  );
}
