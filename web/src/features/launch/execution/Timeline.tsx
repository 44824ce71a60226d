import { useText } from "@/shared/text/text";

import { clockText } from "../span";
import classes from "./execution.module.css";
import type { ExecutionHistory } from "./queries";
import { executionText } from "./text";
import { actsOf, stepsOf } from "./timeline";

interface TimelineProps {
  history: ExecutionHistory;
  /** The server's now, in milliseconds since 1970. */
  nowMs: number;
}

/** The states that it went through, each with its time, and what people did. */
export function Timeline({ history, nowMs }: TimelineProps) {
  const text = useText(executionText);
  const names: Record<string, string> = text.states;
  const steps = stepsOf(history);
  const acts = actsOf(history);
  return (
    <>
      <ol className={classes["steps"]}>
        {steps.map((one) => (
          <li key={one.event} aria-current={one.toMs === null ? "step" : undefined}>
            <strong>
              {names[one.state] ?? one.state}
              {one.step > 0 && ` ${one.step}`}
            </strong>{" "}
            <span className={classes["time"]}>
              {clockText((one.toMs ?? nowMs) - one.fromMs)} · {text.event(one.event)}
              {one.toMs === null && ` · ${text.running}`}
            </span>
            {one.why !== "" && <p>{one.why}</p>}
          </li>
        ))}
      </ol>
      {acts.length > 0 && (
        <>
          <h3 className={classes["small"]}>{text.acts}</h3>
          <ul className={classes["actsDone"]}>
            {acts.map((act) => (
              <li key={`${act.atMs}-${act.intent}`}>
                {act.intent}, {act.by}: {act.why}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
