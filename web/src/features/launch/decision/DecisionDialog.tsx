import { Button, Modal } from "@mantine/core";
import { useState } from "react";

import type { BrowserKey } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { EditedError, useDecide } from "../mutations";
import type { SeenPayload } from "../queries";
import { ChangesTable } from "../record/ChangesTable";
import { ApprovalFields } from "./ApprovalFields";
import classes from "./decision.module.css";
import { conditionsOf, emptyForm, missingIn } from "./form";
import { ReasonFields } from "./ReasonFields";
import type { Verb } from "./statement";
import { decisionText } from "./text";

interface DecisionDialogProps {
  verb: Verb;
  seen: SeenPayload;
  signingKey: BrowserKey;
  /** YYYY-MM-DD in UTC. */
  today: string;
  onClose: () => void;
}

/** Decides about exactly the bytes that were hashed here: drawn, read, written, signed, verified, sent. */
export function DecisionDialog({ verb, seen, signingKey, today, onClose }: DecisionDialogProps) {
  const text = useText(decisionText);
  const [form, setForm] = useState(emptyForm);
  const { payload, sha256 } = seen;
  const decide = useDecide(payload.change);
  const missing = missingIn(form, verb, payload, today);

  const send = () =>
    decide.mutate(
      {
        verb,
        seen,
        key: signingKey,
        text: form.text,
        deferUntil: verb === "defer" ? form.deferUntil : null,
        conditions: verb === "approve" ? conditionsOf(form) : [],
      },
      { onSuccess: onClose },
    );

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={text.titles[verb]}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <p className={classes["about"]}>
          <strong>{text.about(payload.change, payload.revision)}</strong>
          <br />
          {text.hashed}: <Digest value={sha256} isWhole />
        </p>
        <h3 className={classes["head"]}>{text.shown}</h3>
        <ChangesTable payload={payload} />
        {verb === "approve" ? (
          <ApprovalFields form={form} payload={payload} onChange={setForm} />
        ) : (
          <ReasonFields form={form} withDate={verb === "defer"} today={today} onChange={setForm} />
        )}
        <p className={classes["key"]}>
          {text.key}: <Digest value={signingKey.keyId} />
        </p>
        {decide.error instanceof EditedError && (
          <StatusMark status="danger">{`${text.edited}. ${text.editedDetail}`}</StatusMark>
        )}
        {decide.error !== null && !(decide.error instanceof EditedError) && (
          <ProblemView error={decide.error} />
        )}
        <p aria-live="polite" className={classes["missing"]}>
          {missing.length > 0 && text.still(missing.map((one) => text.missing[one]).join(", "))}
        </p>
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={missing.length > 0} loading={decide.isPending}>
            {text.send[verb]}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
