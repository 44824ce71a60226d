import { TextInput } from "@mantine/core";

import { useText } from "@/shared/text/text";

import { reasonMost } from "../reason";
import type { DecisionForm } from "./form";
import { decisionText } from "./text";

interface ReasonFieldsProps {
  form: DecisionForm;
  /** Of a deferral: until when. */
  withDate: boolean;
  today: string;
  onChange: (form: DecisionForm) => void;
}

export function ReasonFields({ form, withDate, today, onChange }: ReasonFieldsProps) {
  const text = useText(decisionText);
  return (
    <>
      <TextInput
        label={text.reason}
        description={text.reasonHint}
        maxLength={reasonMost}
        data-autofocus
        value={form.text}
        onChange={(event) => onChange({ ...form, text: event.target.value })}
      />
      {withDate && (
        <TextInput
          label={text.until}
          type="date"
          min={today}
          value={form.deferUntil}
          onChange={(event) => onChange({ ...form, deferUntil: event.target.value })}
        />
      )}
    </>
  );
}
