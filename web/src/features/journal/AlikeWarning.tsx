import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatDateLong } from "@/shared/date/format";
import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import type { NewEntry } from "./body";
import { editorText } from "./editorText";
import classes from "./EntryEditor.module.css";
import { journalQueries } from "./queries";

interface AlikeWarningProps {
  tenant: TenantId;
  /** What would be posted; null while there is nothing to post. */
  entry: NewEntry | null;
}

/** Warns of entries that this one may be a duplicate of. Never in the way of posting. */
export function AlikeWarning({ tenant, entry }: AlikeWarningProps) {
  const words = useText(editorText);
  const { format } = useLocale();
  const [settled] = useDebouncedValue(entry, 500);
  const { data } = useQuery(journalQueries.alike(tenant, settled));
  const items = entry === null ? [] : (data?.items ?? []);
  return (
    <div role="status" aria-live="polite">
      {items.slice(0, 3).map((one) => (
        <p key={one.number} className={classes["alike"]}>
          <StatusMark status="warn">
            <Link to="/t/$tenant/journal/$number" params={{ tenant, number: one.number }}>
              {words.alike(one.number, formatDateLong(one.date, format))}
            </Link>
          </StatusMark>{" "}
          {one.description} ·{" "}
          {[
            ...(one.same_lines ? [words.sameLines] : []),
            ...(one.same_reference ? [words.sameReference] : []),
          ].join(", ")}
        </p>
      ))}
    </div>
  );
}
