import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { NamedProblem } from "@/shared/ui/NamedProblem";

import classes from "./imports.module.css";
import { useReverseImport } from "./mutations";
import type { ImportBatch } from "./queries";
import { importText } from "./text";

interface ReverseDialogProps {
  tenant: TenantId;
  batch: ImportBatch;
  onClose: () => void;
}

/** Undoes an import as a whole: one dialog, and a reason that stays with it. */
export function ReverseDialog({ tenant, batch, onClose }: ReverseDialogProps) {
  const text = useText(importText);
  const [reason, setReason] = useState("");
  const [late, setLate] = useState("");
  const reverse = useReverseImport(tenant, batch.batch);
  const wrong = fieldError(reverse.error, "/reason");
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.reverseOf(batch.file_name)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          reverse.mutate(late === "" ? { reason } : { reason, late_reason: late }, {
            onSuccess: onClose,
          });
        }}
      >
        <p>{text.reverseHint}</p>
        <TextInput
          label={text.reason}
          maxLength={1000}
          data-autofocus
          value={reason}
          error={wrong}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={text.lateReason}
          maxLength={1000}
          value={late}
          onChange={(event) => setLate(event.currentTarget.value)}
        />
        {reverse.error !== null && wrong === undefined && (
          <NamedProblem
            error={reverse.error}
            say={({ pointer, detail }) => `${pointer.replace(/^\//, "")}: ${detail}`}
          />
        )}
        <div className={classes["acts"]}>
          <Button type="submit" disabled={reason.trim() === ""} loading={reverse.isPending}>
            {text.reverse.replace(/ ?…$/, "")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
