import { fromWire, scaleOfWire } from "@/shared/money/decimal";
import { type FigureStyle, formatMoney } from "@/shared/money/format";
import { useLocale } from "@/shared/text/text";

import classes from "./Amount.module.css";

interface AmountProps extends FigureStyle {
  /** As the server writes it. */
  value: string;
  /** Shown behind the figure where it isn't the books' own currency. */
  currency?: string | undefined;
}

/** A figure in the way of the reader's locale. What is negative is coloured too, never only. */
export function Amount({ value, currency, ...style }: AmountProps) {
  const { format } = useLocale();
  const scale = scaleOfWire(value);
  const minor = fromWire(value, scale);
  return (
    <span className={classes["amount"]} data-negative={minor < 0n || undefined}>
      {formatMoney(minor, scale, format, style)}
      {currency !== undefined && <span className={classes["currency"]}> {currency}</span>}
    </span>
  );
}
