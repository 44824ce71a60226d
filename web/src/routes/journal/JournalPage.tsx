import { Button } from "@mantine/core";
import { useSuspenseQueries } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";

import { DraftList } from "@/features/journal/DraftList";
import { JournalFilters } from "@/features/journal/JournalFilters";
import { JournalList } from "@/features/journal/JournalList";
import { journalText } from "@/features/journal/text";
import { accountQueries } from "@/shared/accounts/accounts";
import { indexOf } from "@/shared/accounts/match";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { useKeys } from "@/shared/keys/useKeys";
import { may } from "@/shared/session/permissions";
import { useTenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { journalRoute } from "./area";

export function JournalPage(): ReactElement {
  const { tenant: tenantId } = journalRoute.useParams();
  const { status, ...filter } = journalRoute.useSearch();
  const tenant = useTenant(tenantId);
  const words = useText(journalText);
  const navigate = useNavigate({ from: journalRoute.fullPath });
  const [accounts, calendar] = useSuspenseQueries({
    queries: [accountQueries.all(tenantId), calendarQuery(tenantId)],
  });
  const index = useMemo(() => indexOf(accounts.data), [accounts.data]);
  const today = useToday(calendar.data.time_zone);
  useKeys([
    {
      keys: "/",
      label: words.focusFilter,
      group: words.journal,
      run: () => document.querySelector<HTMLElement>("[data-filter]")?.focus(),
    },
  ]);

  return (
    <Page
      title={words.journal}
      actions={
        <>
          <Button
            variant={status === "drafts" ? "filled" : "default"}
            aria-pressed={status === "drafts"}
            onClick={() =>
              void navigate({ search: status === "drafts" ? {} : { status: "drafts" } })
            }
          >
            {words.drafts}
          </Button>
          {may(tenant.role, "books.export") && (
            <a href={`/api/v1/tenants/${tenantId}/export?format=csv`} download>
              {words.export}
            </a>
          )}
          {may(tenant.role, "journal.post") && (
            <Link to="/t/$tenant/journal/new" params={{ tenant: tenantId }}>
              {words.newEntry}
            </Link>
          )}
        </>
      }
    >
      {status === "drafts" ? (
        <DraftList tenant={tenantId} />
      ) : (
        <>
          <JournalFilters
            key={JSON.stringify(filter)}
            filter={filter}
            onFilter={(search) => void navigate({ search })}
            accounts={index}
            today={today}
          />
          <JournalList tenant={tenant} filter={filter} />
        </>
      )}
    </Page>
  );
}
