import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatDate } from "@/shared/date/format";
import type { Tenant } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";

import { amountOf } from "./entryAmount";
import classes from "./Journal.module.css";
import { journalQueries, LAST_ENTRIES } from "./queries";
import { journalText } from "./text";

/** What was posted last, the newest first. */
export function LastEntries({ tenant }: { tenant: Tenant }) {
  const words = useText(journalText);
  const { format } = useLocale();
  const last = useQuery(journalQueries.last(tenant.tenant_id));
  if (last.isPending) return <Loading rows={LAST_ENTRIES} />;
  if (last.isError) {
    return <ProblemView error={last.error} onRetry={() => void last.refetch()} />;
  }
  if (last.data.items.length === 0) return <EmptyView>{words.noEntries}</EmptyView>;
  return (
    <table className={classes["plain"]} aria-label={words.lastEntries}>
      <tbody>
        {last.data.items.map((entry) => (
          <tr key={entry.number}>
            <td>{formatDate(entry.date, format)}</td>
            <td>
              <Link
                to="/t/$tenant/journal/$number"
                params={{ tenant: tenant.tenant_id, number: entry.number }}
              >
                {entry.description === "" ? words.entry(entry.number) : entry.description}
              </Link>
            </td>
            <td className={classes["figure"]}>{amountOf(entry, tenant, format)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
