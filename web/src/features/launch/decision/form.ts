import type { Payload } from "../payload";
import { isReason } from "../reason";
import type { Verb } from "./statement";

/** What is ticked before an approval, as the record lists it. */
export const reviewItems = ["guides", "audit", "scope", "criteria", "evidence"] as const;
export type ReviewItem = (typeof reviewItems)[number];

export interface DecisionForm {
  reviewed: readonly ReviewItem[];
  /** The new value of the setting that is changed most, typed by hand. */
  target: string;
  /** The sentence, or the reason. */
  text: string;
  /** YYYY-MM-DD. */
  deferUntil: string;
  /** One a line. */
  conditions: string;
}

export const emptyForm: DecisionForm = {
  reviewed: [],
  target: "",
  text: "",
  deferUntil: "",
  conditions: "",
};

/** What is still missing, in the order of the form. */
export type Missing = "review" | "target" | "sentence" | "reason" | "date";

/** The setting whose new value is typed: the last of the change, which carries its weight. */
export function targetOf(payload: Payload): { setting: string; value: string } | null {
  const last = payload.changes.at(-1);
  return last === undefined ? null : { setting: last.setting, value: String(last.to) };
}

/** Nothing is corrected silently: a sentence with a blank too many is another sentence. */
export function missingIn(
  form: DecisionForm,
  verb: Verb,
  payload: Payload,
  today: string,
): readonly Missing[] {
  if (verb !== "approve") {
    const missing: Missing[] = isReason(form.text) ? [] : ["reason"];
    return verb === "defer" && form.deferUntil <= today ? [...missing, "date"] : missing;
  }
  const target = targetOf(payload);
  const checks: readonly (readonly [Missing, boolean])[] = [
    ["review", reviewItems.every((item) => form.reviewed.includes(item))],
    ["target", target === null || form.target === target.value],
    ["sentence", payload.policy.sentences.includes(form.text)],
  ];
  return checks.flatMap(([what, isThere]) => (isThere ? [] : [what]));
}

export function conditionsOf(form: DecisionForm): readonly string[] {
  return form.conditions
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
