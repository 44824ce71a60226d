import { useLocale, useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import classes from "./execution.module.css";
import { MetricsTable } from "./MetricsTable";
import type { ExecutionHistory, ExecutionView, WatchedView } from "./queries";
import { executionText } from "./text";
import { Timeline } from "./Timeline";

interface ExecutionBodyProps {
  watched: WatchedView;
  history: ExecutionHistory | undefined;
  /** What is shown is old. */
  isStale: boolean;
}

/** Timeline, metrics, and why the next state isn't there yet. */
export function ExecutionBody({ watched, history, isStale }: ExecutionBodyProps) {
  const text = useText(executionText);
  const { format } = useLocale();
  const { view, series } = watched;
  return (
    <div className={classes["body"]} data-stale={isStale}>
      <div className={classes["side"]}>
        <Section title={text.timeline}>
          {history !== undefined && <Timeline history={history} nowMs={Date.parse(view.at)} />}
        </Section>
        <Section title={text.why}>
          <p aria-live="polite">{view.why_not_yet === "" ? text.nothing : view.why_not_yet}</p>
          {view.silent_inside_ms >= 10_000 && (
            <StatusMark status="no-data">
              {text.silent(Math.floor(view.silent_inside_ms / 1000))}
            </StatusMark>
          )}
          <Acknowledgements view={view} />
        </Section>
      </div>
      <div className={classes["main"]}>
        {view.triggers.length > 0 && (
          <Section title={text.triggers}>
            <div role="alert">
              <ul>
                {view.triggers.map((one) => (
                  <li key={one.criterion}>
                    <StatusMark status="danger">{`${one.criterion}. ${one.reason}`}</StatusMark>
                  </li>
                ))}
              </ul>
            </div>
          </Section>
        )}
        <Section title={text.metrics}>
          <MetricsTable criteria={view.criteria} series={series} locale={format} />
        </Section>
        {view.checks.length > 0 && <Checks view={view} />}
      </div>
    </div>
  );
}

function Acknowledgements({ view }: { view: ExecutionView }) {
  const text = useText(executionText);
  const { instances, order } = view.execution;
  if (order === null) return null;
  return (
    <>
      <h3 className={classes["small"]}>{text.instances}</h3>
      <ul className={classes["actsDone"]}>
        {instances.map((name) => {
          const isThere = order.acknowledged.includes(name);
          return (
            <li key={name}>
              <StatusMark status={isThere ? "ok" : "warn"}>
                {text.acknowledged(name, isThere)}
              </StatusMark>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const checkStatus = {
  pass: "ok",
  fail: "danger",
  inconclusive: "info",
  not_applicable: "info",
} satisfies Record<ExecutionView["checks"][number]["outcome"], Status>;

function Checks({ view }: { view: ExecutionView }) {
  const text = useText(executionText);
  return (
    <Section title={text.checks}>
      <TableFrame label={text.checks}>
        <tbody>
          {view.checks.map((one) => (
            <tr key={one.check}>
              <th scope="row">{one.check.replaceAll("_", " ")}</th>
              <td>
                <StatusMark status={checkStatus[one.outcome]}>
                  {text.outcomes[one.outcome]}
                </StatusMark>
              </td>
              <td>{one.why}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Section>
  );
}
