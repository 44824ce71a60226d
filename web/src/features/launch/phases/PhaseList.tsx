import type { ReactNode } from "react";

import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { type Phase, phaseNamed, type Plan } from "../plan";
import type { ChangeStanding } from "../queries";
import { spanText } from "../span";
import { launchWords, stateStatus } from "../words";
import { type GateGround, type Reason, reasonsAgainst } from "./gates";
import classes from "./phases.module.css";
import { phasesText } from "./text";

interface PhaseListProps {
  plan: Plan;
  standings: readonly ChangeStanding[];
  ground: GateGround;
  /** How a change is linked to. */
  linkTo: (change: string) => ReactNode;
}

/** Each phase with its gate, its change, and why it may not begin yet. */
export function PhaseList({ plan, standings, ground, linkTo }: PhaseListProps) {
  return (
    <ol className={classes["phases"]}>
      {plan.phases.map((phase) => (
        <PhaseItem
          key={phase.phase}
          phase={phase}
          plan={plan}
          reasons={reasonsAgainst(phase, ground)}
          standing={standings.findLast((one) => one.phase === phase.phase)}
          linkTo={linkTo}
        />
      ))}
    </ol>
  );
}

interface PhaseItemProps extends Pick<PhaseListProps, "plan" | "linkTo"> {
  phase: Phase;
  reasons: readonly Reason[];
  standing: ChangeStanding | undefined;
}

function PhaseItem({ phase, plan, reasons, standing, linkTo }: PhaseItemProps) {
  const text = useText(phasesText);
  const words = useText(launchWords);
  const titleOf = (name: string) => phaseNamed(plan, name)?.title ?? name;
  const sentenceOf = (reason: Reason): string => {
    if (reason.kind === "p0") return text.p0(reason.count);
    const { kind, phase: needed } = reason;
    return kind === "not_done" ? text.notDone(titleOf(needed)) : text.unreported(titleOf(needed));
  };
  const isOpen = reasons.length === 0;
  return (
    <li className={classes["phase"]}>
      <div className={classes["head"]}>
        <h2>
          <span className={classes["number"]}>{text.number(phase.phase)}</span> {phase.title}
        </h2>
        <StatusMark status={isOpen ? "ok" : "info"}>
          {`${text.gate}: ${isOpen ? text.open : text.closed}`}
        </StatusMark>
      </div>
      <p>
        {phase.what}. {text.risk(phase.risk)},{" "}
        {text.planned(spanText(phase.fromMs), spanText(phase.toMs))}.
      </p>
      <p>
        {standing === undefined ? (
          text.noChange
        ) : (
          <>
            {linkTo(standing.change)}{" "}
            <StatusMark status={stateStatus[standing.state]}>
              {words.states[standing.state]}
            </StatusMark>
          </>
        )}
      </p>
      {!isOpen && (
        <p>
          <strong>{text.whyNotYet}:</strong> {reasons.map(sentenceOf).join("; ")}.
        </p>
      )}
    </li>
  );
}
