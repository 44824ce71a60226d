import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { Actor } from "@/shared/actors/Actor";
import { useActors } from "@/shared/actors/useActors";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { Moment } from "@/shared/ui/Moment";
import { ProblemView } from "@/shared/ui/ProblemView";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import { type ImportBatch, importQueries } from "./queries";
import { ReverseDialog } from "./ReverseDialog";
import { importText } from "./text";

interface ImportListProps {
  tenant: TenantId;
  mayReverse: boolean;
}

/** What was imported so far, and whether it stands. */
export function ImportList({ tenant, mayReverse }: ImportListProps) {
  const text = useText(importText);
  const batches = useQuery(importQueries.batches(tenant));
  const [reversing, setReversing] = useState<ImportBatch | null>(null);
  const who = useActors(tenant, batches.data?.map(({ imported_by }) => imported_by) ?? []);
  return (
    <Section title={text.past}>
      {batches.isPending && <Loading rows={4} />}
      {batches.isError && (
        <ProblemView error={batches.error} onRetry={() => void batches.refetch()} />
      )}
      {batches.data?.length === 0 && <EmptyView>{text.noPast}</EmptyView>}
      {batches.data !== undefined && batches.data.length > 0 && (
        <TableFrame label={text.past}>
          <thead>
            <tr>
              {[text.file, text.numbers, text.by, text.at, text.state, ""].map((head) => (
                <th key={head} scope="col">
                  {head === "" ? <span className="no-print" aria-hidden="true" /> : head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {batches.data.map((batch) => (
              <tr key={batch.batch}>
                <th scope="row">{batch.file_name}</th>
                <td>
                  <Link
                    to="/t/$tenant/journal/$number"
                    params={{ tenant, number: batch.first_number }}
                  >
                    {batch.first_number === batch.last_number
                      ? batch.first_number
                      : `${batch.first_number}–${batch.last_number}`}
                  </Link>
                </td>
                <td>
                  <Actor actor={batch.imported_by} words={who(batch.imported_by)} />
                </td>
                <td>
                  <Moment at={batch.imported_at} />
                </td>
                <td>
                  {batch.reversed_at === null ? (
                    <StatusMark status="ok">{text.stands}</StatusMark>
                  ) : (
                    <span title={batch.reason ?? undefined}>
                      <StatusMark status="warn">{text.reversed}</StatusMark>
                    </span>
                  )}
                </td>
                <td>
                  {mayReverse && batch.reversed_at === null && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`${text.reverse} ${batch.file_name}`}
                      onClick={() => setReversing(batch)}
                    >
                      {text.reverse}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
      {reversing !== null && (
        <ReverseDialog tenant={tenant} batch={reversing} onClose={() => setReversing(null)} />
      )}
    </Section>
  );
}
