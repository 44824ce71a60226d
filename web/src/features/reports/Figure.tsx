import type { FigureStyle } from "@/shared/money/format";
import { Amount } from "@/shared/ui/Amount";

import classes from "./report.module.css";

interface FigureProps extends FigureStyle {
  /** In the base currency. */
  base: string;
  /** In the row's own commodity. */
  own: string;
  commodity: string;
  baseCurrency: string;
}

/** A figure in the base currency and, of a foreign row, in its own below. */
export function Figure({ base, own, commodity, baseCurrency, ...style }: FigureProps) {
  if (commodity === baseCurrency) return <Amount value={base} {...style} />;
  return (
    <>
      <Amount value={base} {...style} />
      <span className={classes["own"]}>
        <Amount value={own} currency={commodity} {...style} />
      </span>
    </>
  );
}
