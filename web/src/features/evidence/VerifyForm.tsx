import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { useText } from "@/shared/text/text";
import { FileField } from "@/shared/ui/fields/FileField";
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
  const [folder, setFolder] = useState<readonly File[]>([]);
  const [policy, setPolicy] = useState<File | null>(null);
  const [fingerprint, setFingerprint] = useState("");
  const gather = useMutation({
    mutationFn: async (policyFile: File): Promise<Job> => {
      const files = execution === null ? await folderFiles(folder) : await servedBundle(execution);
      return { files: [...files], policy: await bytesOf(policyFile), fingerprint };
    },
    onSuccess: onJob,
  });
  const isWhole =
    policy !== null && fingerprint !== "" && (execution !== null || folder.length > 0);
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
        hint={text.policyHint}
        onFiles={([file = null]) => setPolicy(file)}
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
