import { digitsOf } from "./decimal";
import { separatorsOf } from "./separators";

export type FigureStyle = {
  /** Statements bracket what is negative, all else has a minus in front. */
  negative?: "minus" | "brackets";
  /** Reports show nothing as a dash, ledgers as a figure. */
  zero?: "figure" | "dash";
};

export const MINUS = "\u2212";
export const DASH = "\u2013";

const wholeFormats = new Map<string, Intl.NumberFormat>();

/** A figure as people of this locale write it, without its currency; exact at any size. */
export function formatMoney(
  minor: bigint,
  scale: number,
  locale: string,
  { negative = "minus", zero = "figure" }: FigureStyle = {},
): string {
  if (minor === 0n && zero === "dash") {
    return DASH;
  }
  const { whole, fraction } = digitsOf(minor, scale);
  const figure =
    wholeFormat(locale).format(whole) +
    (fraction === "" ? "" : separatorsOf(locale).decimal + fraction);
  if (minor >= 0n) {
    return figure;
  }
  return negative === "brackets" ? `(${figure})` : MINUS + figure;
}

function wholeFormat(locale: string): Intl.NumberFormat {
  let format = wholeFormats.get(locale);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { numberingSystem: "latn" });
    wholeFormats.set(locale, format);
  }
  return format;
}
