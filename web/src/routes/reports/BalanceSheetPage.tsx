import type { ReactElement } from "react";

import { reportQueries } from "@/features/reports/queries";
import { StatementTable } from "@/features/reports/StatementTable";

import { balanceSheetRoute } from "./area";
import { ReportPage } from "./ReportPage";

export function BalanceSheetPage(): ReactElement {
  const { tenant } = balanceSheetRoute.useParams();
  const search = balanceSheetRoute.useSearch();
  const navigate = balanceSheetRoute.useNavigate();
  return (
    <ReportPage
      name="balance-sheet"
      kind="as-at"
      tenantId={tenant}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      query={reportQueries.balanceSheet}
      isEmpty={({ sections }) => sections.every(({ items }) => items.length === 0)}
    >
      {(report) => <StatementTable tenant={tenant} report={report} search={search} />}
    </ReportPage>
  );
}
