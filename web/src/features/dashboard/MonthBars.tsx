import type { ReactNode } from "react";

import { useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";

import classes from "./dashboard.module.css";
import { heights, type MonthFigure } from "./figures";
import { dashboardText } from "./text";

interface MonthBarsProps {
  figures: readonly MonthFigure[];
  /** Makes a month's name the link to what it is made of. */
  linkTo: (month: MonthFigure) => ReactNode;
}

/** Profit by month, as a table whose figures are drawn beside them. */
export function MonthBars({ figures, linkTo }: MonthBarsProps) {
  const text = useText(dashboardText);
  const bars = heights(figures.map(({ profit }) => profit));
  const hasLoss = bars.some((bar) => bar < 0);
  return (
    <table className={classes["bars"]} aria-label={text.months}>
      <tbody>
        {figures.map((month, at) => (
          <tr key={month.from}>
            <th scope="row">{linkTo(month)}</th>
            <td className={classes["amount"]}>
              <Amount value={month.profit} />
            </td>
            <td className={classes["track"]} aria-hidden="true">
              <Bar height={bars[at] ?? 0} hasLoss={hasLoss} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** From the left where nothing is negative, from the middle otherwise. */
function Bar({ height, hasLoss }: { height: number; hasLoss: boolean }) {
  const zero = hasLoss ? 50 : 0;
  const width = (Math.abs(height) * (100 - zero)) / 100;
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" className={classes["bar"]}>
      <rect
        x={height < 0 ? zero - width : zero}
        y="1"
        width={width}
        height="8"
        data-loss={height < 0 || undefined}
      />
      <path d={`M${zero} 0v10`} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
