import { useText } from "@/shared/text/text";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import classes from "./operations.module.css";
import type { OperationsSample } from "./queries";
import { operationsText } from "./text";

const statuses = {
  ok: "ok",
  failing: "danger",
  unknown: "no-data",
} satisfies Record<OperationsSample["checks"][number]["state"], Status>;

/** Of an instance's health: what each found, and what its operators chose to leave open. */
export function Checks({ checks }: { checks: OperationsSample["checks"] }) {
  const text = useText(operationsText);
  const words = { ok: text.grades.ok, failing: text.grades.danger, unknown: text.grades.no_data };
  return (
    <ul className={classes["checks"]}>
      {checks.map(({ name, state, detail }) => (
        <li key={name}>
          <span>{name}</span> <StatusMark status={statuses[state]}>{words[state]}</StatusMark>{" "}
          <span className={classes["here"]}>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
