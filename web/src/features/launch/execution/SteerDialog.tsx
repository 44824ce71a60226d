import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./execution.module.css";
import { useSteer } from "./mutations";
import type { Intent } from "./rights";
import { executionText } from "./text";

interface SteerDialogProps {
  change: string;
  intent: Intent;
  onClose: () => void;
}

/** One dialog, its reason there already where the direction is the safe one. */
export function SteerDialog({ change, intent, onClose }: SteerDialogProps) {
  const text = useText(executionText);
  const [reason, setReason] = useState<string>(text.preset[intent]);
  const steer = useSteer(change);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.confirm[intent]}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          steer.mutate({ intent, reason }, { onSuccess: onClose });
        }}
      >
        <TextInput
          label={text.reason}
          description={text.reasonHint}
          maxLength={1000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {steer.error !== null && <ProblemView error={steer.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={steer.isPending}>
            {text.confirm[intent]}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
