import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import classes from "./keys.module.css";
import { useEnrolKey } from "./mutations";
import { keysText } from "./text";

interface EnrolDialogProps {
  userId: string;
  onClose: () => void;
}

export function EnrolDialog({ userId, onClose }: EnrolDialogProps) {
  const text = useText(keysText);
  const [code, setCode] = useState("");
  const enrol = useEnrolKey(userId);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.enrolTitle}
      closeButtonProps={{ "aria-label": text.close }}
    >
      {enrol.data === undefined ? (
        <form
          className={classes["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            enrol.mutate(code.trim());
          }}
        >
          <StatusMark status="warn">{text.warning}</StatusMark>
          <TextInput
            label={text.code}
            autoComplete="one-time-code"
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          {enrol.error !== null && <ProblemView error={enrol.error} />}
          <div className={classes["acts"]}>
            <Button variant="default" onClick={onClose}>
              {text.cancel}
            </Button>
            <Button type="submit" disabled={code.trim() === ""} loading={enrol.isPending}>
              {text.make}
            </Button>
          </div>
        </form>
      ) : (
        <div className={classes["form"]}>
          <StatusMark status="ok">{text.enrolled}</StatusMark>
          <p>{text.compare}</p>
          <Digest value={enrol.data.keyId} isWhole />
          <StatusMark status={enrol.data.isPersistent ? "ok" : "warn"}>
            {enrol.data.isPersistent ? text.persistent : text.notPersistent}
          </StatusMark>
          <div className={classes["acts"]}>
            <Button onClick={onClose}>{text.close}</Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
