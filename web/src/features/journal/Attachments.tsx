import { useQuery } from "@tanstack/react-query";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./Journal.module.css";
import { journalQueries } from "./queries";
import { journalText } from "./text";

interface AttachmentsProps {
  tenant: TenantId;
  number: number;
}

/** The entry's documents, with the digests that they are kept under. */
export function Attachments({ tenant, number }: AttachmentsProps) {
  const words = useText(journalText);
  const { data, error, refetch } = useQuery(journalQueries.attachments(tenant, number));
  const items = data?.items ?? [];
  return (
    <section className={classes["section"]} aria-labelledby="attachments">
      <h2 id="attachments">{words.attachments}</h2>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data !== undefined && items.length === 0 && (
        <p className={classes["dim"]}>{words.noAttachments}</p>
      )}
      {items.map(({ sha256, name, bytes, attached_by: by }) => (
        <dl key={sha256} className={classes["facts"]}>
          <dt>
            <a href={`/api/v1/tenants/${tenant}/journal-entries/${number}/attachments/${sha256}`}>
              {name}
            </a>
          </dt>
          <dd>
            {words.entryBytes(bytes)} · {by}
          </dd>
          <dt>{words.digest}</dt>
          <dd className={classes["hash"]}>{sha256}</dd>
        </dl>
      ))}
    </section>
  );
}
