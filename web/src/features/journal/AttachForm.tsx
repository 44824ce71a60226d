import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type RefObject, useId, useState } from "react";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import {
  attach,
  type Attachment,
  DOCUMENT_ENDINGS,
  type DocumentOwner,
  refusalOf,
} from "./documents";
import { documentText } from "./documentText";
import classes from "./Journal.module.css";

interface AttachFormProps {
  tenant: TenantId;
  owner: DocumentOwner;
  input: RefObject<HTMLInputElement | null>;
  onAttached: (document: Attachment) => Promise<void>;
}

/** Attaches a file. Choosing it isn't yet attaching it: an entry keeps what it was given. */
export function AttachForm({ tenant, owner, input, onAttached }: AttachFormProps) {
  const words = useText(documentText);
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const refusal = file === null ? null : refusalOf(file);
  const attaching = useMutation({
    mutationFn: (chosen: File) => attach(tenant, owner, chosen),
    onSuccess: async (document) => {
      setFile(null);
      await onAttached(document);
    },
  });
  return (
    <form
      className={`${classes["attach"]} no-print`}
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        if (file !== null && refusal === null)
          attaching.mutate(file, { onSuccess: () => form.reset() });
      }}
    >
      <label htmlFor={id}>{words.choose}</label>
      <div className={classes["attachFile"]}>
        <input
          id={id}
          ref={input}
          type="file"
          accept={DOCUMENT_ENDINGS}
          aria-describedby={`${id}-hint`}
          aria-invalid={refusal !== null}
          onChange={(event) => {
            attaching.reset();
            setFile(event.currentTarget.files?.[0] ?? null);
          }}
        />
        <Button
          type="submit"
          variant="default"
          size="compact-md"
          loading={attaching.isPending}
          disabled={file === null || refusal !== null}
        >
          {words.attach}
        </Button>
      </div>
      <p id={`${id}-hint`} className={classes["dim"]}>
        {words.hint} {owner.what === "entry" ? words.staysWithEntry : words.staysWithDraft}
      </p>
      <div role="status">
        {refusal !== null && <StatusMark status="danger">{words.refusals[refusal]}</StatusMark>}
        {attaching.isSuccess && (
          <StatusMark status="ok">{words.attached(attaching.data.name)}</StatusMark>
        )}
      </div>
      {attaching.error !== null && <ProblemView error={attaching.error} />}
    </form>
  );
}
