import { Button } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { Facts } from "@/shared/ui/Facts";
import { FormDialog } from "@/shared/ui/Form";
import { Moment } from "@/shared/ui/Moment";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";

import { EnrolFactorDialog } from "./EnrolFactorDialog";
import { useRemoveFactor } from "./mutations";
import { NOTHING, ProofFields, proofOf } from "./ProofFields";
import type { SecondFactor } from "./queries";
import classes from "./settings.module.css";
import { settingsText } from "./text";

export function FactorSection({ factor }: { factor: SecondFactor }) {
  const text = useText(settingsText);
  const [open, setOpen] = useState<"nothing" | "enrolment" | "removal">("nothing");
  const close = () => setOpen("nothing");
  const { enrolled_at: since } = factor;
  const hasFactor = since !== null;
  return (
    <Section
      title={text.factor}
      mark={
        <StatusMark status={hasFactor ? "ok" : "warn"}>
          {hasFactor ? text.factorOn : text.factorOff}
        </StatusMark>
      }
    >
      <p>{text.factorIntro}</p>
      {since !== null && (
        <Facts
          facts={[
            { name: text.factorSince, value: <Moment at={since} /> },
            { name: text.codesLeft, value: factor.recovery_codes_left },
          ]}
        />
      )}
      <div className={classes["acts"]}>
        <Button
          variant={hasFactor ? "default" : "filled"}
          size="compact-md"
          onClick={() => setOpen("enrolment")}
        >
          {hasFactor ? text.replace : text.enrol}
        </Button>
        {hasFactor && (
          <Button variant="default" size="compact-md" onClick={() => setOpen("removal")}>
            {text.remove}
          </Button>
        )}
      </div>
      {open === "enrolment" && <EnrolFactorDialog hasFactor={hasFactor} onClose={close} />}
      {open === "removal" && <RemovalDialog onClose={close} />}
    </Section>
  );
}

function RemovalDialog({ onClose }: { onClose: () => void }) {
  const text = useText(settingsText);
  const [typed, setTyped] = useState(NOTHING);
  const remove = useRemoveFactor();
  return (
    <FormDialog
      title={text.removeTitle}
      submit={text.removeNow}
      onSubmit={() => remove.mutate(proofOf(typed, true), { onSuccess: onClose })}
      onClose={onClose}
      error={remove.error}
      isPending={remove.isPending}
      isIncomplete={typed.password === "" || typed.code === ""}
    >
      <p>{text.removeDetail}</p>
      <ProofFields typed={typed} onType={setTyped} hasFactor error={remove.error} />
    </FormDialog>
  );
}
