import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type RefObject, useState } from "react";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { FileField } from "@/shared/ui/fields/FileField";
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
      <FileField
        label={words.choose}
        hint={`${words.hint} ${owner.what === "entry" ? words.staysWithEntry : words.staysWithDraft}`}
        error={refusal === null ? undefined : words.refusals[refusal]}
        accept={DOCUMENT_ENDINGS}
        input={input}
        onFiles={([chosen = null]) => {
          attaching.reset();
          setFile(chosen);
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
      <div role="status">
        {attaching.isSuccess && (
          <StatusMark status="ok">{words.attached(attaching.data.name)}</StatusMark>
        )}
      </div>
      {attaching.error !== null && <ProblemView error={attaching.error} />}
    </form>
  );
}
