import { Button } from "@mantine/core";
import { useSuspenseQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";

import { Documents } from "@/features/journal/Documents";
import { EntryView } from "@/features/journal/EntryView";
import { ProofPanel } from "@/features/journal/ProofPanel";
import { journalQueries } from "@/features/journal/queries";
import { ReversalForm } from "@/features/journal/ReversalForm";
import { journalText } from "@/features/journal/text";
import { accountQueries } from "@/shared/accounts/accounts";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { useKeys } from "@/shared/keys/useKeys";
import { may } from "@/shared/session/permissions";
import { useTenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { StatusMark } from "@/shared/ui/StatusMark";

import { entryRoute } from "./area";

export function EntryPage(): ReactElement {
  const { tenant: tenantId, number } = entryRoute.useParams();
  const tenant = useTenant(tenantId);
  const words = useText(journalText);
  const navigate = useNavigate();
  const [reversing, setReversing] = useState<"no" | "yes">("no");
  const [entry, accounts, calendar] = useSuspenseQueries({
    queries: [
      journalQueries.entry(tenantId, number),
      accountQueries.all(tenantId),
      calendarQuery(tenantId),
    ],
  });
  const names = useMemo(
    () => new Map(accounts.data.map(({ id, name }) => [id, name])),
    [accounts.data],
  );
  const { reversed_by: reversedBy } = entry.data;
  const mayReverse = may(tenant.role, "journal.reverse") && reversedBy === null;
  const today = useToday(calendar.data.time_zone);
  useKeys([
    {
      keys: "Escape",
      label: words.journal,
      group: words.entry(number),
      run: () => void navigate({ to: "/t/$tenant/journal", params: { tenant: tenantId } }),
    },
  ]);

  return (
    <Page
      title={words.entry(number)}
      mark={
        reversedBy === null ? undefined : <StatusMark status="warn">{words.reversed}</StatusMark>
      }
      actions={
        mayReverse &&
        reversing === "no" && (
          <Button variant="default" onClick={() => setReversing("yes")}>
            {words.reverse}
          </Button>
        )
      }
    >
      {reversing === "yes" && (
        <ReversalForm
          tenant={tenantId}
          entry={entry.data}
          today={today}
          onCancel={() => setReversing("no")}
          onPosted={(posted) => {
            setReversing("no");
            void navigate({
              to: "/t/$tenant/journal/$number",
              params: { tenant: tenantId, number: posted.number },
            });
          }}
        />
      )}
      <EntryView tenant={tenant} entry={entry.data} names={names} />
      <Documents
        tenant={tenantId}
        owner={{ what: "entry", number }}
        access={may(tenant.role, "journal.post") ? "write" : "read"}
      />
      <ProofPanel tenant={tenantId} entry={entry.data} />
    </Page>
  );
}
