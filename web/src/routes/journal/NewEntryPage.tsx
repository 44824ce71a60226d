import { useQueryClient, useSuspenseQueries, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";

import { editorText } from "@/features/journal/editorText";
import { EntryEditor } from "@/features/journal/EntryEditor";
import type { EntryForm, Terms } from "@/features/journal/form";
import { habitsAfter, habitsQuery, NO_HABITS } from "@/features/journal/habits";
import type { Posted } from "@/features/journal/mutations";
import { startQuery } from "@/features/journal/start";
import { accountQueries } from "@/shared/accounts/accounts";
import { indexOf, postable } from "@/shared/accounts/match";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import { useCaller, useTenant } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { newEntryRoute } from "./area";

export function NewEntryPage(): ReactElement {
  const { tenant: tenantId } = newEntryRoute.useParams();
  const { draft } = newEntryRoute.useSearch();
  const words = useText(editorText);
  const [round, setRound] = useState(0);
  return (
    <Page title={draft === undefined ? words.title : words.draftTitle(draft)}>
      <Editing
        key={`${tenantId} ${draft ?? ""} ${round}`}
        tenantId={tenantId}
        draft={draft ?? null}
        onNext={() => setRound(round + 1)}
      />
    </Page>
  );
}

interface EditingProps {
  tenantId: number;
  draft: number | null;
  onNext: () => void;
}

function Editing({ tenantId, draft, onNext }: EditingProps) {
  const { base_currency: base } = useTenant(tenantId);
  const actor = useCaller().actor;
  const { format } = useLocale();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [accounts, commodities, calendar] = useSuspenseQueries({
    queries: [
      accountQueries.all(tenantId),
      accountQueries.commodities(tenantId),
      calendarQuery(tenantId),
    ],
  });
  const index = useMemo(() => indexOf(postable(accounts.data)), [accounts.data]);
  const terms = useMemo(
    (): Terms => ({
      base,
      locale: format,
      scales: new Map(commodities.data.map(({ code, scale }) => [code, scale])),
    }),
    [base, format, commodities.data],
  );
  const today = useToday(calendar.data.time_zone);
  const habits = queryClient.getQueryData(habitsQuery(tenantId).queryKey) ?? NO_HABITS;
  const start = useSuspenseQuery(
    startQuery({
      tenant: tenantId,
      user: actor,
      draft,
      day: habits.lastDate ?? today,
      index,
      terms,
    }),
  );

  const onPosted = (posted: Posted, form: EntryForm, then: "open" | "new") => {
    queryClient.setQueryData(habitsQuery(tenantId).queryKey, habitsAfter(habits, form, terms));
    if (then === "new") {
      onNext();
      void navigate({ to: "/t/$tenant/journal/new", params: { tenant: tenantId } });
    } else {
      void navigate({
        to: "/t/$tenant/journal/$number",
        params: { tenant: tenantId, number: posted.number },
      });
    }
  };

  return (
    <EntryEditor
      tenant={tenantId}
      user={actor}
      start={start.data}
      terms={terms}
      accounts={index}
      recent={habits.recent}
      calendar={calendar.data}
      today={today}
      onPosted={onPosted}
    />
  );
}
