import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { useRequestChange } from "../mutations";
import type { Change } from "../queries";
import classes from "./phases.module.css";
import { phasesText } from "./text";

interface RequestDialogProps {
  phase: Change["phase"];
  onClose: () => void;
}

/** The lead asks for the approval of a phase. */
export function RequestDialog({ phase, onClose }: RequestDialogProps) {
  const text = useText(phasesText);
  const [note, setNote] = useState("");
  const request = useRequestChange();
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.requestTitle(text.number(phase))}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          request.mutate({ phase, note }, { onSuccess: onClose });
        }}
      >
        <p>{text.requestDetail}</p>
        <TextInput
          label={text.note}
          maxLength={1000}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        {request.error !== null && <ProblemView error={request.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={request.isPending}>
            {text.send}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
