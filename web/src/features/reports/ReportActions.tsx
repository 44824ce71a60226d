import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { ProblemView } from "@/shared/ui/ProblemView";
import { saveFile } from "@/shared/ui/saveFile";

import type { FileFormat } from "./queries";
import { useWords } from "./useWords";

interface ReportActionsProps {
  /** Of the file, without its extension. */
  name: string;
  fetchFile: (format: FileFormat) => Promise<Blob>;
}

const formats = ["csv", "xlsx"] as const;

export function ReportActions({ name, fetchFile }: ReportActionsProps) {
  const { text } = useWords();
  const file = useMutation({
    mutationFn: fetchFile,
    onSuccess: (content, format) => saveFile(content, `${name}.${format}`),
  });
  return (
    <>
      <Button variant="default" size="compact-md" onClick={() => window.print()}>
        {text.print}
      </Button>
      {formats.map((format) => (
        <Button
          key={format}
          variant="default"
          size="compact-md"
          loading={file.isPending && file.variables === format}
          onClick={() => file.mutate(format)}
        >
          {text[format]}
        </Button>
      ))}
      {file.isError && (
        <ProblemView error={file.error} onRetry={() => file.mutate(file.variables)} />
      )}
    </>
  );
}
