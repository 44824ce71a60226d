import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./keys.module.css";
import { useRevokeKey } from "./mutations";
import { keysText } from "./text";

interface RevokeDialogProps {
  keyId: string;
  onClose: () => void;
}

export function RevokeDialog({ keyId, onClose }: RevokeDialogProps) {
  const text = useText(keysText);
  const [reason, setReason] = useState("");
  const revoke = useRevokeKey();
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.revokeTitle}
      closeButtonProps={{ "aria-label": text.close }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          revoke.mutate({ keyId, reason }, { onSuccess: onClose });
        }}
      >
        <Digest value={keyId} isWhole />
        <p>{text.revokeDetail}</p>
        <TextInput
          label={text.reason}
          maxLength={1000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {revoke.error !== null && <ProblemView error={revoke.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={reason === ""} loading={revoke.isPending}>
            {text.revokeNow}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
