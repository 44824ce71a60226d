import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { ProblemView } from "@/shared/ui/ProblemView";
import { saveFile } from "@/shared/ui/saveFile";

import { useWords } from "./useWords";

interface ReportActionsProps {
  /** Of the file, without its extension. */
  name: string;
  fetchCsv: () => Promise<Blob>;
}

export function ReportActions({ name, fetchCsv }: ReportActionsProps) {
  const { text } = useWords();
  const csv = useMutation({
    mutationFn: fetchCsv,
    onSuccess: (content) => saveFile(content, `${name}.csv`),
  });
  return (
    <>
      <Button variant="default" size="compact-md" onClick={() => window.print()}>
        {text.print}
      </Button>
      <Button
        variant="default"
        size="compact-md"
        loading={csv.isPending}
        onClick={() => csv.mutate()}
      >
        {text.csv}
      </Button>
      {csv.isError && <ProblemView error={csv.error} onRetry={() => csv.mutate()} />}
    </>
  );
}
