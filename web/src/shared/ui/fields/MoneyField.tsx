import { type KeyboardEvent, useState } from "react";

import { formatMoney } from "@/shared/money/format";
import { parseMoney, type Commodity, type Reading } from "@/shared/money/parse";
import { separatorsOf } from "@/shared/money/separators";
import { useLocale, useText } from "@/shared/text/text";

import classes from "./Field.module.css";
import { FieldFrame } from "./FieldFrame";
import { fieldText, type FieldText } from "./text";

interface MoneyFieldProps {
  label: string;
  labelled?: "above" | "aside";
  /** As typed. What it means is `parseMoney`'s to say, here and wherever it is taken. */
  text: string;
  onText: (text: string) => void;
  /** The field is left: whoever keeps the text may write it out as the figure that it means. */
  onSettle: () => void;
  commodity: Commodity;
  /** What is wrong with it, besides what can't be read. */
  error?: string | undefined;
  /** `=` in the empty field. */
  onBalance?: () => void;
  readOnly?: boolean;
  cell?: string;
}

/** An amount in one commodity. While it is typed, the figure that it means stands beside it. */
export function MoneyField(props: MoneyFieldProps) {
  const { text, onText, onSettle, commodity, onBalance } = props;
  const words = useText(fieldText);
  const { format } = useLocale();
  const [editing, setEditing] = useState(false);
  const reading = parseMoney(text, commodity, format);
  const refusal = editing ? undefined : refusalOf(reading, commodity.scale, words);
  const echo = editing ? echoOf(reading, text, commodity.scale, format, words) : null;

  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "=" && text.trim() === "" && onBalance !== undefined) {
      event.preventDefault();
      onBalance();
    }
    const decimal = separatorsOf(format).decimal;
    if (event.code === "NumpadDecimal" && event.key !== decimal && event.key.length === 1) {
      event.preventDefault();
      event.currentTarget.setRangeText(
        decimal,
        event.currentTarget.selectionStart ?? text.length,
        event.currentTarget.selectionEnd ?? text.length,
        "end",
      );
      onText(event.currentTarget.value);
    }
  };

  return (
    <FieldFrame
      label={props.label}
      labelled={props.labelled ?? "above"}
      error={props.error ?? refusal}
    >
      {(ids) => (
        <>
          <input
            {...ids}
            className={`${ids.className ?? ""} ${classes["figure"] ?? ""}`}
            data-cell={props.cell}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            readOnly={props.readOnly}
            onChange={(event) => onText(event.currentTarget.value)}
            onKeyDown={press}
            onFocus={(event) => {
              setEditing(true);
              event.currentTarget.select();
            }}
            onBlur={() => {
              setEditing(false);
              onSettle();
            }}
          />
          <output className={echo === null ? undefined : classes["echo"]}>{echo}</output>
        </>
      )}
    </FieldFrame>
  );
}

export function refusalOf(reading: Reading, scale: number, words: FieldText): string | undefined {
  return reading.ok || reading.refusal === "empty"
    ? undefined
    : words.money[reading.refusal](scale);
}

/** Null where the text is the figure already, or isn't one yet. */
function echoOf(
  reading: Reading,
  text: string,
  scale: number,
  locale: string,
  words: FieldText,
): string | null {
  if (!reading.ok) return null;
  const figure = formatMoney(reading.minor, scale, locale);
  if (figure === text.trim()) return null;
  return reading.rounded ? words.meansRounded(figure) : words.means(figure);
}
