import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { LedgerTable } from "@/features/reports/LedgerTable";
import { fetchAccountFile, reportQueries } from "@/features/reports/queries";
import { ReportActions } from "@/features/reports/ReportActions";
import { ReportBar } from "@/features/reports/ReportBar";
import { ReportBody } from "@/features/reports/ReportBody";
import { reportText } from "@/features/reports/text";
import { accountQueries } from "@/shared/accounts/accounts";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { AllDays } from "../reports/AllDays";
import { useQuestion } from "../reports/useQuestion";
import { NotFoundPage } from "../shell/NotFoundPage";
import { accountRoute } from "./area";

/** An account's lines with its running balance. */
export function AccountPage(): ReactElement {
  const text = useText(reportText);
  const { tenant: tenantId, account: id } = accountRoute.useParams();
  const search = accountRoute.useSearch();
  const navigate = accountRoute.useNavigate();
  const { tenant, question, ...bar } = useQuestion(tenantId, search, "ledger");
  const { data: accounts } = useQuery(accountQueries.all(tenantId));
  const account = accounts?.find((one) => one.id === id);
  const asked = { ...question, account: id };
  const report = useQuery(reportQueries.accountStatement(asked));

  if (accounts !== undefined && account === undefined) return <NotFoundPage />;
  const title = account === undefined ? text.account : `${account.code} ${account.name}`;
  return (
    <Page
      title={title}
      actions={
        <ReportActions
          name={`account-${account?.code ?? id}`}
          fetchFile={(format) => fetchAccountFile(asked, format)}
        />
      }
    >
      <ReportBar
        {...bar}
        kind="ledger"
        range={question.range}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      />
      <ReportBody
        report={report}
        title={title}
        tenant={tenant}
        days={question.range}
        search={search}
        isEmpty={({ items }) => items.length === 0}
        onAll={<AllDays />}
      >
        {(data) => <LedgerTable tenant={tenantId} report={data} search={search} />}
      </ReportBody>
    </Page>
  );
}
