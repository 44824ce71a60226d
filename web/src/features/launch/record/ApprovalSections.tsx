import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { Facts } from "@/shared/ui/Facts";
import { Moment } from "@/shared/ui/Moment";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";

import type { Payload } from "../payload";
import type { Change, ChangeState, Notices } from "../queries";
import { hasSucceeded } from "../success";
import { launchWords, roleTitle, stateStatus } from "../words";
import type { ReadDecision } from "./decisions";
import classes from "./record.module.css";
import { recordText } from "./text";
import { TitledList } from "./TitledList";
import { isTold } from "./told";

interface ApprovalProps {
  change: Change;
  payload: Payload;
  decisions: readonly ReadDecision[];
}

export function ApprovalSection({ change, payload, decisions }: ApprovalProps) {
  const text = useText(recordText);
  const words = useText(launchWords);
  const approval = decisions.findLast(
    (one) => one.verb === "approve" && one.revision === change.revision,
  );
  const attached = (approval?.conditions ?? []).map((one) => `${one} (${text.atTheStart})`);
  return (
    <Section title={text.approval}>
      <div className={classes["columns"]}>
        <TitledList title={text.requires} items={payload.plan.approverRequires} />
        <TitledList title={text.conditions} items={[...payload.plan.conditions, ...attached]} />
      </div>
      <h3 className={classes["small"]}>{text.signature}</h3>
      {approval === undefined ? (
        <StatusMark status="warn">
          {`${text.pending}: ${roleTitle(words.roles, payload.policy.approver)}`}
        </StatusMark>
      ) : (
        <>
          <StatusMark status="ok">{text.signedBy(approval.name)}</StatusMark>
          <Facts
            facts={[
              { name: text.sentence, value: `“${approval.sentence}”` },
              { name: text.key, value: <Digest value={approval.keyId} /> },
              { name: text.at, value: <Moment at={approval.at} /> },
              { name: text.goodUntil, value: <Moment at={approval.expiresAt} /> },
            ]}
          />
        </>
      )}
    </Section>
  );
}

interface StatusProps {
  change: Change;
  payload: Payload;
  notices: Notices["items"];
}

const pastApproval: readonly ChangeState[] = [
  "approved",
  "executing",
  "completed",
  "rolled_back",
  "failed_manual",
  "closed",
];

export function StatusSection({ change, payload, notices }: StatusProps) {
  const text = useText(recordText);
  const words = useText(launchWords);
  const isApproved = pastApproval.includes(change.state);
  const areTold = payload.stakeholders.every((person) => isTold(person, notices));
  const steps = [
    { step: text.requested, isDone: change.state !== "draft" },
    { step: text.decided, isDone: isApproved },
    { step: text.notified, isDone: isApproved && areTold },
    { step: text.executed, isDone: hasSucceeded(change) },
  ];
  const mark = (
    <StatusMark status={stateStatus[change.state]}>{words.states[change.state]}</StatusMark>
  );
  return (
    <Section title={text.status} mark={mark}>
      <ol className={classes["list"]}>
        {steps.map(({ step, isDone }) => (
          <li key={step}>
            {step}{" "}
            <StatusMark status={isDone ? "ok" : "warn"}>
              {isDone ? text.done : text.open}
            </StatusMark>
          </li>
        ))}
      </ol>
      <Facts facts={[{ name: text.nextAction, value: words.nextAction[change.state] }]} />
      <TitledList
        title={text.sentences}
        items={payload.policy.sentences.map((sentence) => `“${sentence}”`)}
      />
    </Section>
  );
}

export function RejectionsSection({ decisions }: { decisions: readonly ReadDecision[] }) {
  const text = useText(recordText);
  const others = decisions.filter(({ verb }) => verb !== "approve");
  return (
    <Section title={text.rejections}>
      {others.length === 0 && <p>{text.none}</p>}
      <ul className={classes["list"]}>
        {others.map((one) => (
          <li key={one.sequence}>
            <Moment at={one.at} />, {text.revision(one.revision)}, {one.verb}, {one.name}
            {one.deferUntil !== null && ` (${text.until(one.deferUntil.slice(0, 10))})`}:{" "}
            {one.rationale}
          </li>
        ))}
      </ul>
    </Section>
  );
}
