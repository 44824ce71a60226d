import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatDate } from "@/shared/date/format";
import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";

import classes from "./Journal.module.css";
import { journalQueries } from "./queries";
import { journalText } from "./text";

/** Entries that are not in the books yet. */
export function DraftList({ tenant }: { tenant: TenantId }) {
  const words = useText(journalText);
  const { format } = useLocale();
  const { data } = useSuspenseQuery(journalQueries.drafts(tenant));
  if (data.items.length === 0) return <EmptyView>{words.noDrafts}</EmptyView>;
  return (
    <table className={classes["plain"]}>
      <thead>
        <tr>
          <th scope="col">{words.drafts}</th>
          <th scope="col">{words.date}</th>
          <th scope="col">{words.description}</th>
          <th scope="col">{words.lines}</th>
        </tr>
      </thead>
      <tbody>
        {data.items.map((draft) => (
          <tr key={draft.id}>
            <td>
              <Link to="/t/$tenant/journal/new" params={{ tenant }} search={{ draft: draft.id }}>
                {words.draft(draft.id)}
              </Link>
            </td>
            <td>{draft.date === null ? "" : formatDate(draft.date, format)}</td>
            <td>{draft.description}</td>
            <td>{words.draftLines(draft.line_count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
