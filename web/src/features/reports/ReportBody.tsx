import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { Tenant } from "@/shared/session/session";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { reportQueries } from "./queries";
import classes from "./report.module.css";
import type { ReportSearch } from "./search";
import { type Days, useWords } from "./useWords";

/** What every report says of itself. */
export interface Checked {
  last_entry: number;
  balanced: boolean;
}

interface ReportBodyProps<T extends Checked> {
  report: UseQueryResult<T, Error>;
  title: string;
  tenant: Tenant;
  days: Days;
  search: ReportSearch;
  isEmpty: (report: T) => boolean;
  /** The way out of an empty report. */
  onAll: ReactNode;
  children: (report: T) => ReactNode;
}

/** A report in whichever state it is: coming, refused, empty, or there, with what it asserts. */
export function ReportBody<T extends Checked>(props: ReportBodyProps<T>) {
  const { report, title, tenant, days, search, isEmpty, onAll, children } = props;
  const words = useWords();
  const { text } = words;
  // Asked for at once: printing waits for nothing.
  const digest = useQuery(reportQueries.digest(tenant.tenant_id, report.data?.last_entry ?? 0));
  if (report.isPending) return <Loading rows={12} />;
  if (report.isError) {
    return <ProblemView error={report.error} onRetry={() => void report.refetch()} />;
  }
  const { data } = report;
  const entry = words.count(data.last_entry);
  const facts = [
    search.known === undefined ? text.lastEntry(entry) : text.knownAt(entry),
    ...(search.tag === undefined ? [] : [text.tagged(search.tag.join(", "))]),
  ].join(" · ");
  return (
    <div className={report.isPlaceholderData ? classes["old"] : undefined}>
      <div className={classes["printHead"]}>
        <p>
          {tenant.name} · {tenant.base_currency}
        </p>
        <p>
          {title} · {words.days(days)} · {facts}
        </p>
        {digest.data !== undefined && (
          <p>
            {text.digest(entry)}: <code>{digest.data}</code>
          </p>
        )}
      </div>
      {isEmpty(data) ? <EmptyView action={onAll}>{text.empty}</EmptyView> : children(data)}
      <p className={classes["check"]}>
        {data.balanced ? (
          <StatusMark status="ok">
            {text.balanced} · {facts}
          </StatusMark>
        ) : (
          <StatusMark status="danger">
            {text.unbalanced} {facts}
          </StatusMark>
        )}
      </p>
    </div>
  );
}
