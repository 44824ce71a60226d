import type { ReactElement } from "react";

import { reportQueries } from "@/features/reports/queries";
import { TrialBalanceTable } from "@/features/reports/TrialBalanceTable";

import { trialBalanceRoute } from "./area";
import { ReportPage } from "./ReportPage";

export function TrialBalancePage(): ReactElement {
  const { tenant } = trialBalanceRoute.useParams();
  const search = trialBalanceRoute.useSearch();
  const navigate = trialBalanceRoute.useNavigate();
  return (
    <ReportPage
      name="trial-balance"
      kind="statement"
      tenantId={tenant}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      query={reportQueries.trialBalance}
      isEmpty={({ items }) => items.length === 0}
    >
      {(report) => <TrialBalanceTable tenant={tenant} report={report} search={search} />}
    </ReportPage>
  );
}
