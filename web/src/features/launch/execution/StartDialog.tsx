import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import type { Payload } from "../payload";
import type { Execution } from "../queries";
import classes from "./execution.module.css";
import { useStart } from "./mutations";
import { startText } from "./startText";

interface StartDialogProps {
  payload: Payload;
  /** What the lead sees next. */
  onStarted: (execution: Execution) => void;
  onClose: () => void;
}

/** For the lead: the rehearsal first; the real thing only where that was asked for. */
export function StartDialog({ payload, onStarted, onClose }: StartDialogProps) {
  const text = useText(startText);
  const [isRehearsal, setRehearsal] = useState(true);
  const [scale, setScale] = useState("60");
  const [override, setOverride] = useState("");
  const start = useStart(payload.change);
  const { timeScaleMax, window } = payload.plan;
  const timeScale = /^[0-9]+$/.test(scale) ? Number(scale) : 0;
  const isScaleGood = !isRehearsal || (timeScale >= 2 && timeScale <= timeScaleMax);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.title(payload.change)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate({ rehearsal: isRehearsal, timeScale, override }, { onSuccess: onStarted });
        }}
      >
        <Checkbox
          label={text.rehearsal}
          description={text.rehearsalDetail}
          checked={isRehearsal}
          onChange={(event) => setRehearsal(event.currentTarget.checked)}
        />
        {isRehearsal ? (
          <TextInput
            label={text.scale}
            description={text.scaleDetail(timeScaleMax)}
            inputMode="numeric"
            value={scale}
            onChange={(event) => setScale(event.target.value)}
          />
        ) : (
          <TextInput
            label={text.override}
            description={text.overrideDetail(window.from, window.to)}
            maxLength={1000}
            value={override}
            onChange={(event) => setOverride(event.target.value)}
          />
        )}
        {start.error !== null && <ProblemView error={start.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={!isScaleGood} loading={start.isPending}>
            {isRehearsal ? text.rehearse : text.execute}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
