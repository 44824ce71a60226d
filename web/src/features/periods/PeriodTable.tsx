import { Button } from "@mantine/core";

import { formatDateLong, monthName } from "@/shared/date/format";
import { useLocale, useText } from "@/shared/text/text";
import { ColumnHeads } from "@/shared/ui/ColumnHeads";
import { Moment } from "@/shared/ui/Moment";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { FiscalYear, PeriodAct } from "./acts";
import classes from "./periods.module.css";
import type { Period } from "./queries";
import { periodText } from "./text";

interface PeriodTableProps {
  year: FiscalYear;
  /** What the caller may do to each. */
  acts: ReadonlyMap<string, readonly PeriodAct[]>;
  onAct: (period: string, act: PeriodAct) => void;
}

const marks = {
  open: "info",
  soft_closed: "warn",
  hard_locked: "ok",
} satisfies Record<Period["state"], Status>;

/** A fiscal year's months and their state, the last first. */
export function PeriodTable({ year, acts, onAct }: PeriodTableProps) {
  const text = useText(periodText);
  const { format } = useLocale();
  const day = (date: string): string => formatDateLong(date, format);
  return (
    <TableFrame label={text.year(year.name)}>
      <thead>
        <tr>
          <ColumnHeads of={[text.period, text.state, text.acts, text.done]} />
        </tr>
      </thead>
      <tbody>
        {year.periods.toReversed().map((period) => (
          <tr key={period.period}>
            <th scope="row" className={classes["month"]}>
              {monthName(period.first_day, format)}
              {!period.first_day.endsWith("-01") && (
                <span className={classes["dim"]}>
                  {` ${text.days(day(period.first_day), day(period.last_day))}`}
                </span>
              )}
            </th>
            <td>
              <StatusMark status={marks[period.state]}>{text.states[period.state]}</StatusMark>
            </td>
            <td>
              <div className={classes["rowActs"]}>
                {(acts.get(period.period) ?? []).map((act) => (
                  <Button
                    key={act}
                    variant="default"
                    size="compact-sm"
                    aria-label={`${text.act[act]} ${period.period}`}
                    onClick={() => onAct(period.period, act)}
                  >
                    {text.act[act]}
                  </Button>
                ))}
              </div>
            </td>
            <td>
              <ul className={classes["history"]}>
                {period.acts.map((act) => (
                  <li key={act.at} title={act.reason}>
                    {text.didBy(text.did[act.act] ?? act.act, act.by)}, <Moment at={act.at} />
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
