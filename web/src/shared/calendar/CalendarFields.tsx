import { NativeSelect, TextInput } from "@mantine/core";
import { useId } from "react";

import { fieldError } from "@/shared/api/problem";
import { useLocale, useText } from "@/shared/text/text";

import classes from "./CalendarFields.module.css";
import { calendarText } from "./text";

export interface CalendarPlan {
  /** As MM-DD, up to the 28th. */
  fiscal_year_start: string;
  time_zone: string;
}

const two = (number: number): string => String(number).padStart(2, "0");
const months = Array.from({ length: 12 }, (_, month) => month + 1);
const days = Array.from({ length: 28 }, (_, day) => day + 1);

interface CalendarFieldsProps {
  plan: CalendarPlan;
  onChange: (plan: CalendarPlan) => void;
  error: Error | null;
}

/** When fiscal years begin, and in which zone its days do. */
export function CalendarFields({ plan, onChange, error }: CalendarFieldsProps) {
  const text = useText(calendarText);
  const { format } = useLocale();
  const zones = useId();
  const [month = "01", day = "01"] = plan.fiscal_year_start.split("-");
  const names = new Intl.DateTimeFormat(format, { month: "long", timeZone: "UTC" });
  const start = (value: string) => onChange({ ...plan, fiscal_year_start: value });
  return (
    <>
      <div className={classes["start"]}>
        <NativeSelect
          label={text.month}
          value={month}
          error={fieldError(error, "/fiscal_year_start")}
          onChange={(event) => start(`${event.currentTarget.value}-${day}`)}
        >
          {months.map((one) => (
            <option key={one} value={two(one)}>
              {names.format(Date.UTC(2000, one - 1, 1))}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          label={text.day}
          value={day}
          onChange={(event) => start(`${month}-${event.currentTarget.value}`)}
        >
          {days.map((one) => (
            <option key={one} value={two(one)}>
              {one}
            </option>
          ))}
        </NativeSelect>
      </div>
      <TextInput
        label={text.zone}
        description={text.zoneHint}
        list={zones}
        autoComplete="off"
        value={plan.time_zone}
        error={fieldError(error, "/time_zone")}
        onChange={(event) => onChange({ ...plan, time_zone: event.currentTarget.value })}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
