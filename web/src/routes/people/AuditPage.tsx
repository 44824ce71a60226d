import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { AuditFilters } from "@/features/tenantAudit/AuditFilters";
import { AuditTable } from "@/features/tenantAudit/AuditTable";
import { auditQuery, type AuditSearch, exportAddress } from "@/features/tenantAudit/queries";
import { auditText } from "@/features/tenantAudit/text";
import { useActors } from "@/shared/actors/useActors";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import { auditRoute } from "./area";

export function AuditPage(): ReactElement {
  const text = useText(auditText);
  const { tenant } = auditRoute.useParams();
  const search = auditRoute.useSearch();
  const navigate = auditRoute.useNavigate();
  const narrow = (next: AuditSearch): void => void navigate({ search: next });
  const events = useInfiniteQuery(auditQuery(tenant, search));
  const { data: calendar } = useQuery(calendarQuery(tenant));
  const today = useToday(calendar?.time_zone ?? "UTC");
  const rows = events.data?.pages.flatMap(({ items }) => items) ?? [];
  const who = useActors(tenant, [
    ...rows.flatMap(({ actor, object }) => [actor, object]),
    ...(search.actor === undefined ? [] : [search.actor]),
  ]);
  const download = (
    <Button component="a" href={exportAddress(tenant, search)} variant="default" size="compact-md">
      {text.download}
    </Button>
  );
  if (events.isError) {
    return (
      <Page title={text.title}>
        <ProblemView error={events.error} onRetry={() => void events.refetch()} />
      </Page>
    );
  }
  return (
    <Page title={text.title} actions={events.isSuccess ? download : undefined}>
      <p>{text.intro}</p>
      <AuditFilters key={JSON.stringify(search)} search={search} onSearch={narrow} today={today} />
      {search.actor !== undefined && <p>{text.of(who(search.actor) ?? search.actor)}</p>}
      {events.isPending && <Loading rows={16} />}
      {events.isSuccess && rows.length === 0 && <EmptyView>{text.none}</EmptyView>}
      {rows.length > 0 && (
        <AuditTable events={rows} who={who} onActor={(actor) => narrow({ ...search, actor })} />
      )}
      {events.hasNextPage && (
        <Button
          variant="default"
          loading={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          {text.more}
        </Button>
      )}
    </Page>
  );
}
