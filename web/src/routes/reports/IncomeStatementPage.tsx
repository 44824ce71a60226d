import type { ReactElement } from "react";

import { reportQueries } from "@/features/reports/queries";
import { StatementTable } from "@/features/reports/StatementTable";

import { incomeStatementRoute } from "./area";
import { ReportPage } from "./ReportPage";

export function IncomeStatementPage(): ReactElement {
  const { tenant } = incomeStatementRoute.useParams();
  const search = incomeStatementRoute.useSearch();
  const navigate = incomeStatementRoute.useNavigate();
  return (
    <ReportPage
      name="income-statement"
      kind="statement"
      tenantId={tenant}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      query={reportQueries.incomeStatement}
      isEmpty={({ sections }) => sections.every(({ items }) => items.length === 0)}
    >
      {(report) => <StatementTable tenant={tenant} report={report} search={search} />}
    </ReportPage>
  );
}
