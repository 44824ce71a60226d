import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { components } from "@/shared/api/schema";
import { useText } from "@/shared/text/text";
import { Dialog, DialogEnd, FormDialog } from "@/shared/ui/Form";
import { Moment } from "@/shared/ui/Moment";
import { Secret } from "@/shared/ui/Secret";
import { StatusMark } from "@/shared/ui/StatusMark";

import { useBeginFactor, useConcludeFactor } from "./mutations";
import { NOTHING, ProofFields, proofOf } from "./ProofFields";
import { QrCode } from "./QrCode";
import { settingsText } from "./text";

interface EnrolFactorDialogProps {
  /** Whether there is one already, of which a code is asked. */
  hasFactor: boolean;
  onClose: () => void;
}

/** Password, then the QR code and a first code of it, then the recovery codes. */
export function EnrolFactorDialog({ hasFactor, onClose }: EnrolFactorDialogProps) {
  const text = useText(settingsText);
  const [typed, setTyped] = useState(NOTHING);
  // What was asked at the beginning: the enrolment itself changes whether there is a factor.
  const [asksCode] = useState(hasFactor);
  const begin = useBeginFactor();
  if (begin.data !== undefined) return <Conclusion enrolment={begin.data} onClose={onClose} />;
  return (
    <FormDialog
      title={text.enrolTitle}
      submit={text.begin}
      onSubmit={() => begin.mutate(proofOf(typed, asksCode))}
      onClose={onClose}
      error={begin.error}
      isPending={begin.isPending}
      isIncomplete={typed.password === "" || (asksCode && typed.code === "")}
    >
      <ProofFields typed={typed} onType={setTyped} hasFactor={asksCode} error={begin.error} />
    </FormDialog>
  );
}

interface ConclusionProps {
  enrolment: components["schemas"]["Enrolment"];
  onClose: () => void;
}

function Conclusion({ enrolment: { enrolment, uri, expires_at }, onClose }: ConclusionProps) {
  const text = useText(settingsText);
  const [code, setCode] = useState("");
  const conclude = useConcludeFactor();
  if (conclude.data !== undefined) {
    return (
      <Dialog title={text.enrolTitle} onClose={onClose}>
        <DialogEnd onClose={onClose}>
          <StatusMark status="ok">{text.concluded}</StatusMark>
          <p>{text.recovery}</p>
          <Secret label={text.recoveryCodes} value={conclude.data.recovery_codes.join("\n")} />
        </DialogEnd>
      </Dialog>
    );
  }
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  return (
    <FormDialog
      title={text.enrolTitle}
      submit={text.conclude}
      onSubmit={() => conclude.mutate({ enrolment, code: code.replaceAll(/\s/g, "") })}
      onClose={onClose}
      error={conclude.error}
      isPending={conclude.isPending}
      isIncomplete={code.trim() === ""}
    >
      <p>{text.scan}</p>
      <QrCode content={uri} label={text.qr} />
      {/* In groups of four: to be read off and typed. */}
      <Secret label={text.key} value={secret.replaceAll(/(.{4})(?=.)/g, "$1 ")} />
      <p>
        {text.until} <Moment at={expires_at} />
      </p>
      <TextInput
        data-autofocus
        label={text.newCode}
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={fieldError(conclude.error, "/code")}
      />
    </FormDialog>
  );
}
