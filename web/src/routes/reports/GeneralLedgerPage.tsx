import type { ReactElement } from "react";

import { reportQueries } from "@/features/reports/queries";
import { LedgerTable } from "@/features/reports/LedgerTable";

import { generalLedgerRoute } from "./area";
import { ReportPage } from "./ReportPage";

export function GeneralLedgerPage(): ReactElement {
  const { tenant } = generalLedgerRoute.useParams();
  const search = generalLedgerRoute.useSearch();
  const navigate = generalLedgerRoute.useNavigate();
  return (
    <ReportPage
      name="general-ledger"
      kind="ledger"
      tenantId={tenant}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      query={reportQueries.generalLedger}
      isEmpty={({ items }) => items.length === 0}
    >
      {(report) => <LedgerTable tenant={tenant} report={report} search={search} />}
    </ReportPage>
  );
}
