import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { useWithdraw } from "../mutations";
import { isReason, reasonMost } from "../reason";
import classes from "./execution.module.css";
import { startText } from "./startText";

interface WithdrawDialogProps {
  change: string;
  onClose: () => void;
}

/** What the author of a request may do about it, instead of deciding. */
export function WithdrawDialog({ change, onClose }: WithdrawDialogProps) {
  const text = useText(startText);
  const [reason, setReason] = useState("");
  const withdraw = useWithdraw(change);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.withdrawTitle}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          withdraw.mutate(reason, { onSuccess: onClose });
        }}
      >
        <TextInput
          label={text.reason}
          description={text.reasonHint}
          maxLength={reasonMost}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {withdraw.error !== null && <ProblemView error={withdraw.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={!isReason(reason)} loading={withdraw.isPending}>
            {text.withdrawTitle}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
