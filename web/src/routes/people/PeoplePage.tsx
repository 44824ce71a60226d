import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { InvitationTable } from "@/features/people/InvitationTable";
import { InviteDialog } from "@/features/people/InviteDialog";
import { MemberTable } from "@/features/people/MemberTable";
import { peopleQueries } from "@/features/people/queries";
import { peopleText } from "@/features/people/text";
import { calendarQuery } from "@/shared/calendar/calendar";
import { useToday } from "@/shared/date/useToday";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { PlusIcon } from "@/shared/ui/icons";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { Section } from "@/shared/ui/Section";

import { invitationLink } from "../identity/invitationLink";
import { peopleRoute } from "./area";

export function PeoplePage(): ReactElement {
  const text = useText(peopleText);
  const { tenant } = peopleRoute.useParams();
  const members = useQuery(peopleQueries.members(tenant));
  const invitations = useQuery({
    ...peopleQueries.invitations(tenant),
    enabled: members.isSuccess,
  });
  const [isInviting, setInviting] = useState(false);
  const invite = (
    <Button size="compact-md" leftSection={<PlusIcon />} onClick={() => setInviting(true)}>
      {text.invite}
    </Button>
  );
  return (
    <Page title={text.title} actions={members.isSuccess ? invite : undefined}>
      {members.isPending && <Loading rows={8} />}
      {members.isError && (
        <ProblemView error={members.error} onRetry={() => void members.refetch()} />
      )}
      {members.isSuccess && (
        <Section title={text.members}>
          <MemberTable tenant={tenant} members={members.data} />
        </Section>
      )}
      {members.isSuccess && (
        <Section title={text.invitations}>
          {invitations.isError && (
            <ProblemView error={invitations.error} onRetry={() => void invitations.refetch()} />
          )}
          {invitations.data !== undefined && (
            <InvitationTable
              tenant={tenant}
              invitations={invitations.data}
              now={invitations.dataUpdatedAt}
            />
          )}
        </Section>
      )}
      {isInviting && <Invite tenant={tenant} onClose={() => setInviting(false)} />}
    </Page>
  );
}

function Invite({ tenant, onClose }: { tenant: TenantId; onClose: () => void }) {
  const { data: calendar } = useQuery(calendarQuery(tenant));
  const today = useToday(calendar?.time_zone ?? "UTC");
  return <InviteDialog tenant={tenant} today={today} linkTo={invitationLink} onClose={onClose} />;
}
