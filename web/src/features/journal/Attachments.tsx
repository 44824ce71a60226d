import { useQuery } from "@tanstack/react-query";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { Document } from "./Document";
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
      {items.map((document) => (
        <Document
          key={document.sha256}
          document={document}
          address={`/api/v1/tenants/${tenant}/journal-entries/${number}/attachments`}
        />
      ))}
    </section>
  );
}
