import { Checkbox, Textarea, TextInput } from "@mantine/core";

import { useText } from "@/shared/text/text";

import type { Payload } from "../payload";
import { phaseNamed } from "../plan";
import classes from "./decision.module.css";
import { type DecisionForm, type ReviewItem, reviewItems, targetOf } from "./form";
import { decisionText } from "./text";

interface ApprovalFieldsProps {
  form: DecisionForm;
  payload: Payload;
  onChange: (form: DecisionForm) => void;
}

/** Review ticks, the target value and the written sentence. */
export function ApprovalFields({ form, payload, onChange }: ApprovalFieldsProps) {
  const text = useText(decisionText);
  const target = targetOf(payload);
  const lines = payload.guides.reduce((sum, guide) => sum + guide.lines, 0);
  const risk = phaseNamed(payload.plan, payload.phase)?.risk ?? "";
  const toggle = (item: ReviewItem, isTicked: boolean) => {
    const others = form.reviewed.filter((one) => one !== item);
    onChange({ ...form, reviewed: isTicked ? [...others, item] : others });
  };
  return (
    <>
      <fieldset className={classes["review"]}>
        <legend>{text.reviewed}</legend>
        {reviewItems.map((item) => (
          <Checkbox
            key={item}
            label={text.review(item, payload.guides.length, lines, risk)}
            checked={form.reviewed.includes(item)}
            onChange={(event) => toggle(item, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      {target !== null && (
        <TextInput
          label={text.target(target.setting)}
          inputMode="numeric"
          autoComplete="off"
          value={form.target}
          onChange={(event) => onChange({ ...form, target: event.target.value })}
        />
      )}
      <TextInput
        label={text.sentence}
        description={
          <>
            {text.sentenceHint}
            {payload.policy.sentences.map((sentence) => (
              <span key={sentence} className={classes["sentence"]}>
                {sentence}
              </span>
            ))}
          </>
        }
        autoComplete="off"
        value={form.text}
        onChange={(event) => onChange({ ...form, text: event.target.value })}
      />
      <Textarea
        label={text.conditions}
        description={text.conditionsHint}
        rows={2}
        value={form.conditions}
        onChange={(event) => onChange({ ...form, conditions: event.target.value })}
      />
    </>
  );
}
