import { useSuspenseQueries } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { ActDialog } from "@/features/periods/ActDialog";
import { actsOn, type PeriodAct, yearsOf } from "@/features/periods/acts";
import { PeriodTable } from "@/features/periods/PeriodTable";
import { periodQueries } from "@/features/periods/queries";
import { periodText } from "@/features/periods/text";
import { YearEnd } from "@/features/periods/YearEnd";
import { accountQueries } from "@/shared/accounts/accounts";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { formatDateLong } from "@/shared/date/format";
import { may, type Permission } from "@/shared/session/permissions";
import { useTenant } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { Section } from "@/shared/ui/Section";

import { periodsRoute } from "./area";

const needed = {
  close: "period.close",
  lock: "period.lock",
  ask: "period.reopen",
  reopen: "period.reopen",
} satisfies Record<PeriodAct, Permission>;

/** How far the books are closed, month by month, and each year's end. */
export function PeriodsPage(): ReactElement {
  const { tenant: tenantId } = periodsRoute.useParams();
  const tenant = useTenant(tenantId);
  const text = useText(periodText);
  const { format } = useLocale();
  const [periods, calendar, accounts] = useSuspenseQueries({
    queries: [periodQueries.all(tenantId), calendarQuery(tenantId), accountQueries.all(tenantId)],
  });
  const today = useToday(calendar.data.time_zone);
  const [acting, setActing] = useState<{ period: string; act: PeriodAct } | null>(null);
  const day = (date: string | null): string =>
    date === null ? text.never : formatDateLong(date, format);
  const { fiscal_year_start: start, time_zone: zone } = calendar.data;
  const acts = new Map(
    [...actsOn(periods.data, today)].map(([period, own]) => [
      period,
      own.filter((act) => may(tenant.role, needed[act])),
    ]),
  );
  const years = yearsOf(periods.data, start);

  return (
    <Page title={text.title}>
      <Facts
        facts={[
          { name: text.yearsBegin, value: dayOfYear(start, format) },
          { name: text.zone, value: zone },
          { name: text.closedThrough, value: day(calendar.data.closed_through) },
          { name: text.lockedThrough, value: day(calendar.data.locked_through) },
        ]}
      />
      {years.length === 0 && <EmptyView>{text.noPeriods}</EmptyView>}
      {years.map((year) => (
        <Section key={year.name} title={text.year(year.name)}>
          <PeriodTable
            year={year}
            acts={acts}
            onAct={(period, act) => setActing({ period, act })}
          />
          <YearEnd
            tenant={tenant}
            year={year.name}
            accounts={accounts.data}
            mayClose={may(tenant.role, "period.close")}
          />
        </Section>
      ))}
      {acting !== null && (
        <ActDialog {...acting} tenant={tenantId} onClose={() => setActing(null)} />
      )}
    </Page>
  );
}

/** `04-06` as `April 6` in the locale's words; no year has anything to do with it. */
function dayOfYear(start: string, locale: string): string {
  const [month = 1, day = 1] = start.split("-").map(Number);
  return new Intl.DateTimeFormat(locale, {
    month: "long",
    day: "numeric",
    timeZone: "UTC",
  }).format(Date.UTC(2000, month - 1, day));
}
