import { useQuery } from "@tanstack/react-query";
import { useId } from "react";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { Document } from "./Document";
import classes from "./Journal.module.css";
import { journalQueries } from "./queries";
import { journalText } from "./text";

interface DraftDocumentsProps {
  tenant: TenantId;
  draft: number;
}

/** Documents of a draft, which are the entry's once it is posted. */
export function DraftDocuments({ tenant, draft }: DraftDocumentsProps) {
  const words = useText(journalText);
  const title = useId();
  const { data, error, refetch } = useQuery(journalQueries.draftAttachments(tenant, draft));
  if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className={classes["section"]} aria-labelledby={title}>
      <h2 id={title}>{words.attachments}</h2>
      {data.items.map((document) => (
        <Document
          key={document.sha256}
          document={document}
          address={`/api/v1/tenants/${tenant}/drafts/${draft}/attachments`}
        />
      ))}
    </section>
  );
}
