import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { calendarQuery } from "@/shared/calendar/calendar";
import { formatDateLong } from "@/shared/date/format";
import { useLocale, useText } from "@/shared/text/text";

import classes from "./Shell.module.css";
import { shellText } from "./text";

/** How far these books are closed: where a new entry's date may lie. */
export function PeriodChip() {
  const text = useText(shellText);
  const { format } = useLocale();
  const { tenant } = useParams({ strict: false });
  const { data } = useQuery({ ...calendarQuery(tenant ?? 0), enabled: tenant !== undefined });
  if (data === undefined) return null;
  const { closed_through: closed, locked_through: locked } = data;
  const words =
    closed === null
      ? text.allOpen
      : closed === locked
        ? text.lockedThrough(formatDateLong(closed, format))
        : text.closedThrough(formatDateLong(closed, format));
  return <span className={classes["period"]}>{words}</span>;
}
