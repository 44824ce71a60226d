import { useSuspenseQuery } from "@tanstack/react-query";

import type { Question } from "@/features/reports/queries";
import { fiscalYearStart, type Range } from "@/features/reports/ranges";
import { rangeIn, type ReportSearch } from "@/features/reports/search";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import type { CivilDate } from "@/shared/date/civil";
import { type Tenant, type TenantId, useTenant } from "@/shared/session/session";

interface Asked {
  tenant: Tenant;
  /** In the tenant's time zone. */
  today: CivilDate;
  /** First day of the fiscal year, MM-DD. */
  yearStart: string;
  question: Question;
}

/** A balance sheet is of one day, by default today; its year says what of the earnings is this year's. */
function yearUpTo(day: CivilDate, yearStart: string): Range {
  return { from: fiscalYearStart(day, yearStart), to: day };
}

/** What a report's page asks for: what its URL says, and the usual for the rest. */
export function useQuestion(
  tenantId: TenantId,
  search: ReportSearch,
  kind: "statement" | "as-at" | "ledger",
): Asked {
  const tenant = useTenant(tenantId);
  const { data: calendar } = useSuspenseQuery(calendarQuery(tenantId));
  const today = useToday(calendar.time_zone);
  const yearStart = calendar.fiscal_year_start;
  const { to = today } = search;
  const range =
    kind === "as-at" && to !== "end" ? yearUpTo(to, yearStart) : rangeIn(search, today, yearStart);
  return { tenant, today, yearStart, question: { tenant: tenantId, range, search } };
}
