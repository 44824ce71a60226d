import type { Separators } from "./separators";

/** Digits without a scale: `value / 10^decimals`. */
export type Figure = { value: bigint; decimals: number };

export type FigureRefusal = "unreadable" | "groups";

/**
 * One figure without sign or currency, in plain signs. What its separators mean:
 *
 * - both `,` and `.`: the last is the decimal sign, and the groups must fit;
 * - one of them several times: groups;
 * - one of them once: the locale's decimal sign; or grouping, if the locale groups with it, one to
 *   three digits that don't begin with 0 precede and three follow; else the decimal sign;
 * - spaces and apostrophes only ever group.
 */
export function readFigure(text: string, separators: Separators): Figure | FigureRefusal {
  if (!/^[0-9., ']*[0-9][0-9., ']*$/.test(text)) {
    return "unreadable";
  }
  const decimal = decimalSignOf(text, separators);
  const [whole = "", fraction = "", ...more] = decimal === "" ? [text] : text.split(decimal);
  if (more.length > 0 || /[^0-9]/.test(fraction)) {
    return "groups";
  }
  const digits = withoutGroups(whole, separators.inner);
  return digits === "groups"
    ? digits
    : { value: BigInt(digits + fraction), decimals: fraction.length };
}

function decimalSignOf(text: string, separators: Separators): "" | "," | "." {
  const lastComma = text.lastIndexOf(",");
  const lastPoint = text.lastIndexOf(".");
  if (lastComma < 0 && lastPoint < 0) {
    return "";
  }
  const last = lastComma > lastPoint ? "," : ".";
  if (lastComma >= 0 && lastPoint >= 0) {
    return last;
  }
  if (text.indexOf(last) !== text.lastIndexOf(last)) {
    return "";
  }
  const groups = last === separators.group && last !== separators.decimal;
  return groups && /^[1-9][0-9]{0,2}[.,][0-9]{3}$/.test(text) ? "" : last;
}

/** The digits of a whole part whose groups fit; one kind of sign may group. */
function withoutGroups(whole: string, inner: 2 | 3): string | "groups" {
  const signs = new Set(whole.replace(/[0-9]/g, ""));
  if (signs.size === 0) {
    return whole;
  }
  const [first = "", ...rest] = whole.split(/[^0-9]/);
  const last = rest.pop() ?? "";
  const fits = (size: 2 | 3) =>
    /^[1-9]/.test(first) && first.length <= size && rest.every((group) => group.length === size);
  return signs.size === 1 && last.length === 3 && (fits(3) || (inner === 2 && fits(2)))
    ? first + rest.join("") + last
    : "groups";
}
