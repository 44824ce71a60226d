import { Button } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";

import type { LaunchRole } from "../queries";
import classes from "./execution.module.css";
import type { ExecutionView } from "./queries";
import { guardOf, type Intent } from "./rights";
import { SteerDialog } from "./SteerDialog";
import { executionText } from "./text";

interface SteerActsProps {
  execution: ExecutionView["execution"];
  roles: readonly LaunchRole[];
  openP0: number;
}

/** What somebody may do now; what is off names its guard beside it. */
export function SteerActs({ execution, roles, openP0 }: SteerActsProps) {
  const text = useText(executionText);
  const [open, setOpen] = useState<Intent | null>(null);
  const shown: readonly Intent[] = [
    "pause",
    "rollback",
    "abort",
    ...(execution.state === "paused" ? (["resume"] as const) : []),
    ...(execution.state === "rollback_failed" ? (["resolve"] as const) : []),
  ];
  const guarded = shown.map((intent) => ({
    intent,
    guard: guardOf(intent, { roles, execution, openP0 }),
  }));
  const reasons = new Map(
    guarded.flatMap(({ intent, guard }) => (guard === null ? [] : [[intent, guard] as const])),
  );
  return (
    <div className={`${classes["steer"]} no-print`}>
      {guarded.map(({ intent, guard }) => (
        <Button
          key={intent}
          variant={intent === "rollback" || intent === "resume" ? "filled" : "default"}
          className={intent === "rollback" ? classes["back"] : undefined}
          disabled={guard !== null}
          onClick={() => setOpen(intent)}
        >
          {text.intents[intent]}
        </Button>
      ))}
      {reasons.size > 0 && (
        <p className={classes["guard"]}>
          {[...new Set(reasons.values())]
            .map((guard) =>
              text.off(
                [...reasons]
                  .filter(([, one]) => one === guard)
                  .map(([intent]) => text.intents[intent])
                  .join(", "),
                text.guards[guard],
              ),
            )
            .join(". ")}
          .
        </p>
      )}
      {open !== null && (
        <SteerDialog change={execution.change} intent={open} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}
