import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./evidence.module.css";
import { bytesOf, folderFiles } from "./folder";
import { servedBundle } from "./queries";
import { verifyText } from "./text";
import type { Job } from "./verify/worker";

interface VerifyFormProps {
  /** Whose evidence the server has; null where a folder is chosen. */
  execution: number | null;
  /** The way to choose a folder instead. */
  other: ReactNode;
  isRunning: boolean;
  onJob: (job: Job) => void;
}

/** What is verified, and against whose word. */
export function VerifyForm({ execution, other, isRunning, onJob }: VerifyFormProps) {
  const text = useText(verifyText);
  const [folder, setFolder] = useState<FileList | null>(null);
  const [policy, setPolicy] = useState<File | null>(null);
  const [fingerprint, setFingerprint] = useState("");
  const gather = useMutation({
    mutationFn: async (policyFile: File): Promise<Job> => {
      const files =
        execution === null
          ? await folderFiles(folder ?? new DataTransfer().files)
          : await servedBundle(execution);
      return { files: [...files], policy: await bytesOf(policyFile), fingerprint };
    },
    onSuccess: onJob,
  });
  const isWhole = policy !== null && fingerprint !== "" && (execution !== null || folder !== null);
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (policy !== null) gather.mutate(policy);
      }}
    >
      {execution === null ? (
        <FileField label={text.folder} isFolder onFiles={setFolder} />
      ) : (
        <p>
          {text.served(execution)}. {other}
        </p>
      )}
      <FileField
        label={text.policy}
        description={text.policyHint}
        onFiles={(files) => setPolicy(files?.[0] ?? null)}
      />
      <TextInput
        label={text.fingerprint}
        autoComplete="off"
        value={fingerprint}
        onChange={(event) => setFingerprint(event.target.value)}
      />
      {gather.error !== null && <ProblemView error={gather.error} />}
      <div>
        <Button type="submit" disabled={!isWhole} loading={gather.isPending || isRunning}>
          {text.start}
        </Button>
      </div>
    </form>
  );
}

interface FileFieldProps {
  label: string;
  description?: string;
  isFolder?: boolean;
  onFiles: (files: FileList | null) => void;
}

function FileField({ label, description, isFolder = false, onFiles }: FileFieldProps) {
  const id = useId();
  return (
    <div className={classes["file"]}>
      <label htmlFor={id}>{label}</label>
      {description !== undefined && <p id={`${id}-hint`}>{description}</p>}
      <input
        id={id}
        type="file"
        aria-describedby={description === undefined ? undefined : `${id}-hint`}
        ref={(input) => {
          if (isFolder) input?.setAttribute("webkitdirectory", "");
        }}
        onChange={(event) => onFiles(event.target.files)}
      />
    </div>
  );
}
