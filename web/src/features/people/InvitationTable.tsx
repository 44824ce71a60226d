import { Button } from "@mantine/core";

import { roleText } from "@/shared/session/roleText";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Moment } from "@/shared/ui/Moment";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import { useWithdraw } from "./mutations";
import type { Invitation } from "./queries";
import { peopleText } from "./text";

interface InvitationTableProps {
  tenant: TenantId;
  invitations: readonly Invitation[];
  /** When they were read. */
  now: number;
}

/** The newest first: those that are open are among them. */
export function InvitationTable({ tenant, invitations, now }: InvitationTableProps) {
  const text = useText(peopleText);
  if (invitations.length === 0) return <EmptyView>{text.noInvitations}</EmptyView>;
  return (
    <TableFrame label={text.invitations}>
      <thead>
        <tr>
          <th scope="col">{text.email}</th>
          <th scope="col">{text.role}</th>
          <th scope="col">{text.state}</th>
          <th scope="col">{text.act}</th>
        </tr>
      </thead>
      <tbody>
        {invitations.toReversed().map((invitation) => (
          <InvitationRow
            key={invitation.invitation_id}
            tenant={tenant}
            invitation={invitation}
            now={now}
          />
        ))}
      </tbody>
    </TableFrame>
  );
}

interface InvitationRowProps {
  tenant: TenantId;
  invitation: Invitation;
  now: number;
}

function InvitationRow({ tenant, invitation, now }: InvitationRowProps) {
  const text = useText(peopleText);
  const roles = useText(roleText);
  const withdraw = useWithdraw(tenant, invitation.invitation_id);
  const state = stateOf(invitation, now);
  return (
    <tr>
      <th scope="row">{invitation.email}</th>
      <td>{roles[invitation.role]}</td>
      <td>
        <StatusMark status={state.name === "open" ? "ok" : "info"}>
          {text[state.name]} <Moment at={state.at} />
        </StatusMark>
        {withdraw.error !== null && <ProblemView error={withdraw.error} />}
      </td>
      <td>
        {state.name === "open" && (
          <Button
            variant="default"
            size="compact-sm"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate()}
            aria-label={`${text.withdraw} ${invitation.email}`}
          >
            {text.withdraw}
          </Button>
        )}
      </td>
    </tr>
  );
}

function stateOf({ accepted_at, withdrawn_at, expires_at }: Invitation, now: number) {
  if (accepted_at !== null) return { name: "accepted", at: accepted_at } as const;
  if (withdrawn_at !== null) return { name: "withdrawn", at: withdrawn_at } as const;
  const name = Date.parse(expires_at) <= now ? "over" : "open";
  return { name, at: expires_at } as const;
}
