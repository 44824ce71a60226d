import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { peopleQueries } from "@/features/people/queries";
import { peopleText } from "@/features/people/text";
import { MakeTokenDialog } from "@/features/people/TokenDialogs";
import { TokenTable } from "@/features/people/TokenTable";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { PlusIcon } from "@/shared/ui/icons";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import { tokensRoute } from "./area";

export function TokensPage(): ReactElement {
  const text = useText(peopleText);
  const { tenant } = tokensRoute.useParams();
  const tokens = useQuery(peopleQueries.tokens(tenant));
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button size="compact-md" leftSection={<PlusIcon />} onClick={() => setMaking(true)}>
      {text.make}
    </Button>
  );
  return (
    <Page title={text.tokens} actions={tokens.isSuccess ? make : undefined}>
      {tokens.isPending && <Loading rows={8} />}
      {tokens.isError && <ProblemView error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.isSuccess && (
        <>
          <p>{text.tokensIntro}</p>
          <TokenTable tenant={tenant} tokens={tokens.data} now={tokens.dataUpdatedAt} />
        </>
      )}
      {isMaking && <Make tenant={tenant} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Make({ tenant, onClose }: { tenant: TenantId; onClose: () => void }) {
  const { data: calendar } = useQuery(calendarQuery(tenant));
  const today = useToday(calendar?.time_zone ?? "UTC");
  return <MakeTokenDialog tenant={tenant} today={today} onClose={onClose} />;
}
