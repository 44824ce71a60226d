import { Button } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { useAcknowledge } from "../mutations";
import type { Change, Execution, SeenPayload } from "../queries";
import classes from "./execution.module.css";
import { StartDialog } from "./StartDialog";
import { startText } from "./startText";
import { WithdrawDialog } from "./WithdrawDialog";

interface ChangeActsProps {
  change: Change;
  seen: SeenPayload;
  onStarted: (execution: Execution) => void;
}

/** What lead and on-call engineer may do about a change. */
export function ChangeActs({ change, seen, onStarted }: ChangeActsProps) {
  const text = useText(startText);
  const [open, setOpen] = useState<"start" | "withdraw" | null>(null);
  const acknowledge = useAcknowledge(change.change);
  const { roles } = change.you;
  const close = () => setOpen(null);
  return (
    <div className={`${classes["changeActs"]} no-print`}>
      {roles.includes("requester_lead") && change.state === "approved" && (
        <Button onClick={() => setOpen("start")}>{text.open}</Button>
      )}
      {roles.includes("requester_lead") && change.state === "in_review" && (
        <Button variant="default" onClick={() => setOpen("withdraw")}>
          {text.withdraw}
        </Button>
      )}
      {roles.includes("on_call") && ["in_review", "approved"].includes(change.state) && (
        <Button
          variant="default"
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate(change.revision)}
        >
          {text.acknowledge}
        </Button>
      )}
      {acknowledge.error !== null && <ProblemView error={acknowledge.error} />}
      {open === "start" && (
        <StartDialog payload={seen.payload} onStarted={onStarted} onClose={close} />
      )}
      {open === "withdraw" && <WithdrawDialog change={change.change} onClose={close} />}
    </div>
  );
}
