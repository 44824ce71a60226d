import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { Facts } from "@/shared/ui/Facts";
import { Section } from "@/shared/ui/Section";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { Payload } from "../payload";
import { phaseNamed } from "../plan";
import { latencyText } from "../span";
import classes from "./record.module.css";
import { recordText } from "./text";
import { TitledList } from "./TitledList";

/** The guides that the request rests on. */
export function GuidesSection({ payload }: { payload: Payload }) {
  const text = useText(recordText);
  return (
    <Section title={text.guides}>
      <TableFrame label={text.guides}>
        <thead>
          <tr>
            <th scope="col">{text.guide}</th>
            <th scope="col">{text.phase}</th>
            <th scope="col" className={table["number"]}>
              {text.lines}
            </th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {payload.guides.map((guide) => (
            <tr key={guide.path}>
              <th scope="row">
                {guide.title}
                <br />
                <code>{guide.path}</code>
              </th>
              <td>{phaseNamed(payload.plan, guide.phase)?.title ?? text.everyPhase}</td>
              <td className={table["number"]}>{guide.lines}</td>
              <td>
                <Digest value={guide.sha256} />
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Section>
  );
}

/** What was stated, what was measured, and what must hold at the start. */
export function VerificationSection({ payload }: { payload: Payload }) {
  const text = useText(recordText);
  const { build, load, plan, quoted } = payload;
  const figures = [load.p50Us, load.p95Us, load.p99Us].map(latencyText);
  const [p50 = "", p95 = "", p99 = ""] = figures;
  return (
    <Section title={text.preApproval}>
      <p>
        {text.quoted(quoted.reference)} <Digest value={quoted.sha256} />
      </p>
      <blockquote className={classes["quote"]}>
        {quoted.statements.map((statement) => (
          <p key={statement}>{statement}</p>
        ))}
      </blockquote>
      <h3 className={classes["small"]}>{text.measured}</h3>
      <Facts
        facts={[
          {
            name: text.build,
            value: (
              <>
                {`${build.version}, ${build.commit}`} <Digest value={build.binarySha256} />
              </>
            ),
          },
          { name: text.schema, value: <Digest value={build.schemaSha256} /> },
          {
            name: text.settings,
            value: (
              <>
                {text.settingsRevision(payload.settingsRevision)}{" "}
                <Digest value={payload.settingsSha256} />
              </>
            ),
          },
          { name: text.plan, value: <Digest value={payload.planSha256} /> },
          { name: text.load, value: text.loadSeen(load.requests, load.errors, p50, p95, p99) },
        ]}
      />
      <TitledList
        title={text.prechecks}
        items={plan.prechecks.map(({ what, when }) => (when === null ? what : `${what}: ${when}`))}
      />
    </Section>
  );
}
