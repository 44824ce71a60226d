import { markCurrencySigns, SIGN_WAS_HERE } from "./currency";
import { magnitude, MINOR_MAX, unitsPerWhole } from "./decimal";
import { calculate, type Exact, type ExpressionRefusal } from "./expression";
import { readFigure } from "./figure";
import { DASH } from "./format";
import { plainSigns, separatorsOf, type Separators } from "./separators";

export type Commodity = { code: string; scale: number };

export type Refusal = ExpressionRefusal | "empty" | "length" | "range";

export type Reading =
  | {
      ok: true;
      minor: bigint;
      /** Whether the text was a calculation, whose result wants to be shown before it is taken. */
      computed: boolean;
      rounded: boolean;
    }
  | { ok: false; refusal: Refusal };

export const TEXT_LENGTH_MAX = 100;

const GAP = `[ ${SIGN_WAS_HERE}]*`;
const FIGURE = `([0-9., ']+)`;
const SIGNED = new RegExp(`^${GAP}([-+]?)${GAP}${FIGURE}${GAP}(-?)${GAP}$`);
const NOTHING = new RegExp(`^${GAP}${DASH}${GAP}$`);
const BRACKETED = new RegExp(`^${GAP}\\(${GAP}${FIGURE}${GAP}\\)${GAP}$`);

/**
 * The amount that a person means by this text, in minor units; never a guess and never rounded,
 * but by their own `*` and `/` (half up, whichever the sign). Every figure that `formatMoney` shows reads as itself.
 */
export function parseMoney(text: string, commodity: Commodity, locale: string): Reading {
  if (text.length > TEXT_LENGTH_MAX) {
    return refused("length");
  }
  const trimmed = text.trim();
  if (trimmed === "") {
    return refused("empty");
  }
  const marked = markCurrencySigns(plainSigns(trimmed), commodity.code, locale);
  if (NOTHING.test(marked)) {
    return within(0n, "plain");
  }
  return (
    readPlain(marked, commodity.scale, separatorsOf(locale)) ??
    readCalculation(marked, commodity.scale, separatorsOf(locale))
  );
}

/** One figure with its sign; null if the text is more than that. */
function readPlain(text: string, scale: number, separators: Separators): Reading | null {
  const signed = SIGNED.exec(text);
  const digits = (signed?.[2] ?? BRACKETED.exec(text)?.[1])?.trim();
  if (digits === undefined) {
    return null;
  }
  const [before, after] = [signed?.[1] ?? "", signed?.[3] ?? ""];
  // Two signs contradict each other, and `5.-` is how the Swiss write a plain five.
  if (after === "-" && (before !== "" || !/[0-9]$/.test(digits))) {
    return refused("unreadable");
  }
  const figure = readFigure(digits, separators);
  if (typeof figure === "string") {
    return refused(figure);
  }
  if (figure.decimals > scale) {
    return refused("decimals");
  }
  const minor = figure.value * unitsPerWhole(scale - figure.decimals);
  const negative = signed === null || before === "-" || after === "-";
  return within(negative ? -minor : minor, "plain");
}

function readCalculation(text: string, scale: number, separators: Separators): Reading {
  const exact = calculate(text, separators, scale);
  if (typeof exact === "string") {
    return refused(exact);
  }
  const minor = halfUp(exact, unitsPerWhole(scale));
  const rounded = minor * exact.under !== exact.over * unitsPerWhole(scale);
  return within(minor, rounded ? "rounded" : "computed");
}

function halfUp({ over, under }: Exact, units: bigint): bigint {
  const rounded = (2n * magnitude(over) * units + under) / (2n * under);
  return over < 0n ? -rounded : rounded;
}

function within(minor: bigint, how: "plain" | "computed" | "rounded"): Reading {
  return magnitude(minor) > MINOR_MAX
    ? refused("range")
    : { ok: true, minor, computed: how !== "plain", rounded: how === "rounded" };
}

function refused(refusal: Refusal): Reading {
  return { ok: false, refusal };
}
