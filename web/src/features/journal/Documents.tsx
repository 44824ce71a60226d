import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";

import { useActors } from "@/shared/actors/useActors";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { AttachForm } from "./AttachForm";
import { Document } from "./Document";
import { type Attachment, type DocumentOwner, takeAway } from "./documents";
import { documentText } from "./documentText";
import classes from "./Journal.module.css";
import { journalQueries } from "./queries";
import { TakeAwayDialog } from "./TakeAwayDialog";

interface DocumentsProps {
  tenant: TenantId;
  owner: DocumentOwner;
  /** Whether documents may be attached, and taken away from a draft. */
  access: "read" | "write";
  /** Called when a document was attached or taken away. */
  onChanged?: () => Promise<void>;
}

/** The documents of an entry or draft, with the digests that they are kept under. A draft's are the entry's once it is posted. */
export function Documents({ tenant, owner, access, onChanged }: DocumentsProps) {
  const words = useText(documentText);
  const title = useId();
  const { data, error, refetch } = useQuery(journalQueries.documents(tenant, owner));
  const [leaving, setLeaving] = useState<Attachment | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const changed = async (): Promise<void> => {
    await refetch();
    await onChanged?.();
  };
  const mayTakeAway = access === "write" && owner.what === "draft";
  const items = data?.items ?? [];
  const who = useActors(
    tenant,
    items.map(({ attached_by }) => attached_by),
  );
  return (
    <section className={classes["section"]} aria-labelledby={title}>
      <h2 id={title}>{words.title}</h2>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data !== undefined && items.length === 0 && <p className={classes["dim"]}>{words.none}</p>}
      {items.map((document) => (
        <Document
          key={document.sha256}
          document={document}
          attachedBy={who(document.attached_by)}
          address={addressOf(tenant, owner)}
          act={
            mayTakeAway && (
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={words.takeAwayNamed(document.name)}
                onClick={() => setLeaving(document)}
              >
                {words.takeAway}
              </Button>
            )
          }
        />
      ))}
      {access === "write" && (
        <AttachForm
          tenant={tenant}
          owner={owner}
          input={input}
          // What is there already is attached again without a change.
          onAttached={async ({ sha256 }) => {
            if (!items.some((one) => one.sha256 === sha256)) await changed();
          }}
        />
      )}
      {leaving !== null && owner.what === "draft" && (
        <TakeAwayDialog
          name={leaving.name}
          takeAway={() => takeAway(tenant, owner.id, leaving.sha256)}
          onClose={() => setLeaving(null)}
          onGone={async () => {
            await changed();
            input.current?.focus(); // what was pressed is gone
          }}
        />
      )}
    </section>
  );
}

function addressOf(tenant: TenantId, owner: DocumentOwner): string {
  const of = owner.what === "entry" ? `journal-entries/${owner.number}` : `drafts/${owner.id}`;
  return `/api/v1/tenants/${tenant}/${of}/attachments`;
}
