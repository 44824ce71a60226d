import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";

import { fetchFile, type Question, type ReportName } from "@/features/reports/queries";
import { ReportActions } from "@/features/reports/ReportActions";
import { ReportBar } from "@/features/reports/ReportBar";
import { type Checked, ReportBody } from "@/features/reports/ReportBody";
import type { ReportSearch } from "@/features/reports/search";
import { reportText } from "@/features/reports/text";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { AllDays } from "./AllDays";
import { useQuestion } from "./useQuestion";

interface ReportPageProps<T extends Checked, Key extends readonly unknown[]> {
  name: ReportName;
  kind: "statement" | "as-at" | "ledger";
  tenantId: TenantId;
  search: ReportSearch;
  onSearch: (search: ReportSearch) => void;
  query: (question: Question) => UseQueryOptions<T, Error, T, Key>;
  isEmpty: (report: T) => boolean;
  children: (report: T) => ReactNode;
}

/** What all reports have: the choice of days and columns, print and files, and what the figures assert. */
export function ReportPage<T extends Checked, Key extends readonly unknown[]>(
  props: ReportPageProps<T, Key>,
): ReactElement {
  const { name, kind, tenantId, search, onSearch, query, isEmpty, children } = props;
  const title = useText(reportText)[name];
  const { tenant, question, ...bar } = useQuestion(tenantId, search, kind);
  const report = useQuery(query(question));
  return (
    <Page
      title={title}
      actions={
        <ReportActions name={name} fetchFile={(format) => fetchFile(name, question, format)} />
      }
    >
      <ReportBar {...bar} kind={kind} range={question.range} search={search} onSearch={onSearch} />
      <ReportBody
        report={report}
        title={title}
        tenant={tenant}
        days={question.range}
        search={search}
        isEmpty={isEmpty}
        onAll={<AllDays />}
      >
        {children}
      </ReportBody>
    </Page>
  );
}
