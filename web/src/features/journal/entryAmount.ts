import { fromWire, scaleOfWire } from "@/shared/money/decimal";
import { formatMoney } from "@/shared/money/format";
import type { Tenant } from "@/shared/session/session";

import type { Entry } from "./proof";

/** An entry's debits: in the base currency, or in the one foreign currency of an entry without worth. */
export function amountOf(entry: Entry, tenant: Tenant, locale: string): string {
  const sum = (of: (line: Entry["lines"][number]) => string) => {
    const scale = Math.max(0, ...entry.lines.map((line) => scaleOfWire(of(line))));
    const debits = entry.lines
      .map((line) => fromWire(of(line), scale))
      .filter((minor) => minor > 0n);
    return { minor: debits.reduce((all, minor) => all + minor, 0n), scale };
  };
  const base = sum((line) => line.base_amount);
  const [first] = entry.lines;
  if (base.minor === 0n && first !== undefined && first.currency !== tenant.base_currency) {
    const foreign = sum((line) => (line.currency === first.currency ? line.amount : "0"));
    return `${formatMoney(foreign.minor, foreign.scale, locale)} ${first.currency}`;
  }
  return formatMoney(base.minor, base.scale, locale);
}
