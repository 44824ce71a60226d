import type { components } from "@/shared/api/schema";
import { fromWire, magnitude, scaleOfWire, toWire } from "@/shared/money/decimal";

type Statement = components["schemas"]["Statement"];
type StatementSection = components["schemas"]["StatementSection"];

function sectionOf(statement: Statement, name: StatementSection["name"]) {
  return statement.sections.find((section) => section.name === name);
}

/** Sum of a balance sheet's accounts of these kinds, in the base currency. */
export function sumOfKinds(sheet: Statement, kinds: readonly string[]): string {
  const amounts = sheet.sections
    .flatMap((section) => section.items)
    .filter((row) => kinds.includes(row.subtype))
    .map((row) => row.base_amounts[0] ?? "0");
  const scale = Math.max(
    ...sheet.sections.map(({ base_amounts: [total = "0"] }) => scaleOfWire(total)),
  );
  return toWire(
    amounts.reduce((sum, amount) => sum + fromWire(amount, scale), 0n),
    scale,
  );
}

/** Net income of an income statement's first column. */
export function profitOf(statement: Statement): string {
  return sectionOf(statement, "net_income")?.base_amounts[0] ?? "0";
}

export interface MonthFigure {
  from: string;
  to: string;
  /** Net income, as the server writes it. */
  profit: string;
}

/** Net income of each column, the oldest first. */
export function months(statement: Statement): MonthFigure[] {
  const amounts = sectionOf(statement, "net_income")?.base_amounts ?? [];
  return statement.columns
    .map(({ from, to }, at) => ({ from: from ?? "", to: to ?? "", profit: amounts[at] ?? "0" }))
    .toReversed();
}

/** Heights of bars, -100 to 100, of which the largest either way is 100. */
export function heights(amounts: readonly string[]): number[] {
  const scale = Math.max(0, ...amounts.map(scaleOfWire));
  const minors = amounts.map((amount) => fromWire(amount, scale));
  const most = minors.map(magnitude).reduce((max, one) => (one > max ? one : max), 0n);
  // Only where a bar ends is a number; the figure beside it is exact.
  return minors.map((minor) => (most === 0n ? 0 : Number((minor * 1000n) / most) / 10));
}
