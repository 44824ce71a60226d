import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { Facts } from "@/shared/ui/Facts";
import { Moment } from "@/shared/ui/Moment";
import { Section } from "@/shared/ui/Section";

import type { Payload } from "../payload";
import { type Phase, phaseNamed } from "../plan";
import type { SeenPayload } from "../queries";
import { spanText } from "../span";
import { ChangesTable } from "./ChangesTable";
import classes from "./record.module.css";
import { recordText } from "./text";
import { TitledList } from "./TitledList";

function plannedText({ fromMs, toMs }: Phase): string {
  return fromMs === toMs ? spanText(fromMs) : `${spanText(fromMs)} – ${spanText(toMs)}`;
}

export function SummarySection({ seen }: { seen: SeenPayload }) {
  const text = useText(recordText);
  const { payload, sha256 } = seen;
  const { plan } = payload;
  const phase = phaseNamed(plan, payload.phase);
  const { aimMs, deadlineMs, watchMs } = plan.rollback;
  return (
    <Section title={text.summary}>
      <Facts
        facts={[
          { name: text.request, value: text.requestOf(phase?.title ?? payload.phase, plan.system) },
          { name: text.scope, value: phase?.what },
          { name: text.duration, value: phase === undefined ? "" : plannedText(phase) },
          {
            name: text.reversibility,
            value: text.full(spanText(deadlineMs), spanText(aimMs), spanText(watchMs)),
          },
          ...(payload.note === "" ? [] : [{ name: text.note, value: payload.note }]),
          { name: text.made, value: <Moment at={payload.madeAt} /> },
          {
            name: text.digest,
            value: (
              <>
                <Digest value={sha256} isWhole /> {text.checked}
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

export function ScopeSection({ payload }: { payload: Payload }) {
  const text = useText(recordText);
  const { plan } = payload;
  const { workload } = plan;
  const wayBack = payload.rollback.map((one) => `${one.setting} ${one.from} → ${one.to}`);
  return (
    <Section title={text.changes}>
      <ChangesTable payload={payload} />
      <h3 className={classes["small"]}>{text.method}</h3>
      <Facts
        facts={[
          {
            name: text.deployment,
            value: text.hotReload(plan.steps, spanText(plan.acknowledgeMs)),
          },
          { name: text.instances, value: payload.instances.join(", ") },
          {
            name: text.verification,
            value: text.verified(
              workload.requests,
              workload.concurrency,
              spanText(plan.sustainedMs),
              spanText(plan.captureMs),
            ),
          },
          { name: text.window, value: `${plan.window.from} – ${plan.window.to} UTC` },
          { name: text.wayBack, value: wayBack.join(", ") },
        ]}
      />
      <div className={classes["columns"]}>
        <div>
          <TitledList title={text.mustNot} items={plan.unchanged} />
          <p>{text.mustNotDetail}</p>
        </div>
        <TitledList
          title={text.passes}
          items={[...plan.passes, text.sustained(spanText(plan.sustainedMs))]}
        />
        <TitledList title={text.rollsBack} items={plan.hardTriggers} />
      </div>
    </Section>
  );
}

export function ConfirmationSection({ payload }: { payload: Payload }) {
  const text = useText(recordText);
  return (
    <Section title={text.confirms}>
      <ol className={classes["list"]}>
        {payload.plan.requesterConfirms.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      <p>
        {payload.requester.name}, <Moment at={payload.madeAt} />
      </p>
    </Section>
  );
}
