import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { BooksCheck } from "@/features/dashboard/BooksCheck";
import classes from "@/features/dashboard/dashboard.module.css";
import { months, profitOf, sumOfKinds } from "@/features/dashboard/figures";
import { MonthBars } from "@/features/dashboard/MonthBars";
import { integrityQuery } from "@/features/dashboard/queries";
import { dashboardText } from "@/features/dashboard/text";
import { Tile } from "@/features/dashboard/Tile";
import { LastEntries } from "@/features/journal/LastEntries";
import { journalQueries } from "@/features/journal/queries";
import { journalText } from "@/features/journal/text";
import { reportQueries } from "@/features/reports/queries";
import { fiscalYearStart, rangeOf } from "@/features/reports/ranges";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { monthName } from "@/shared/date/format";
import { type TenantId, useTenant } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import { dashboardRoute } from "./area";

const tiles = [
  { name: "cash", kinds: ["cash", "bank"] },
  { name: "receivable", kinds: ["receivable"] },
  { name: "payable", kinds: ["payable"] },
] as const;

/** The reports that a dashboard's figures are taken from: each figure links to the one it stands in. */
function useFigures(tenant: TenantId) {
  const { data: calendar } = useSuspenseQuery(calendarQuery(tenant));
  const today = useToday(calendar.time_zone);
  const yearStart = calendar.fiscal_year_start;
  const upToToday = { from: fiscalYearStart(today, yearStart), to: today };
  const month = rangeOf("this-month", today, yearStart);
  return {
    sheet: useQuery(reportQueries.balanceSheet({ tenant, range: upToToday, search: {} })),
    income: useQuery(
      reportQueries.incomeStatement({
        tenant,
        range: rangeOf("this-year", today, yearStart),
        search: {},
      }),
    ),
    byMonth: useQuery(
      reportQueries.incomeStatement({ tenant, range: month, search: { compare: 11 } }),
    ),
  };
}

/** So many, or at least so many where there are more than one page. */
function countOf(
  page: { readonly items: readonly unknown[]; readonly next: string | null },
  locale: string,
): string {
  const count = new Intl.NumberFormat(locale).format(page.items.length);
  return page.next === null ? count : `${count}+`;
}

export function DashboardPage(): ReactElement {
  const text = useText(dashboardText);
  const words = useText(journalText);
  const { format } = useLocale();
  const { tenant: tenantId } = dashboardRoute.useParams();
  const tenant = useTenant(tenantId);
  const { sheet, income, byMonth } = useFigures(tenantId);
  const drafts = useQuery(journalQueries.drafts(tenantId));
  const integrity = useQuery(integrityQuery(tenantId));
  const params = { tenant: tenantId };
  const currency = tenant.base_currency;
  return (
    <Page title={text.title}>
      <div className={classes["tiles"]}>
        {tiles.map(({ name, kinds }) => (
          <Tile
            key={name}
            label={text[name]}
            error={sheet.error}
            onRetry={() => void sheet.refetch()}
          >
            {sheet.data !== undefined && (
              <Link to="/t/$tenant/reports/balance-sheet" params={params}>
                <Amount value={sumOfKinds(sheet.data, kinds)} currency={currency} />
              </Link>
            )}
          </Tile>
        ))}
        <Tile label={text.profit} error={income.error} onRetry={() => void income.refetch()}>
          {income.data !== undefined && (
            <Link to="/t/$tenant/reports/income-statement" params={params}>
              <Amount value={profitOf(income.data)} currency={currency} />
            </Link>
          )}
        </Tile>
        <Tile label={text.drafts} error={drafts.error} onRetry={() => void drafts.refetch()}>
          {drafts.data !== undefined && (
            <Link to="/t/$tenant/journal" params={params} search={{ status: "drafts" }}>
              {countOf(drafts.data, format)}
            </Link>
          )}
        </Tile>
        <Tile
          label={text.books}
          isWide
          error={integrity.error}
          onRetry={() => void integrity.refetch()}
        >
          {integrity.data !== undefined && (
            <BooksCheck
              check={integrity.data}
              linkTo={(state) => (
                <Link to="/t/$tenant/reports/trial-balance" params={params}>
                  {state}
                </Link>
              )}
            />
          )}
        </Tile>
      </div>
      <div className={classes["parts"]}>
        <section>
          <h2>{words.lastEntries}</h2>
          <LastEntries tenant={tenant} />
        </section>
        <section>
          <h2>{text.months}</h2>
          {byMonth.isPending && <Loading rows={12} />}
          {byMonth.isError && (
            <ProblemView error={byMonth.error} onRetry={() => void byMonth.refetch()} />
          )}
          {byMonth.data !== undefined && (
            <MonthBars
              figures={months(byMonth.data)}
              linkTo={({ from, to }) => (
                <Link
                  to="/t/$tenant/reports/income-statement"
                  params={params}
                  search={{ from, to }}
                >
                  {monthName(from, format)}
                </Link>
              )}
            />
          )}
        </section>
      </div>
    </Page>
  );
}
