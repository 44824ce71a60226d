import { Button } from "@mantine/core";
import { useState } from "react";

import { roleText } from "@/shared/session/roleText";
import { type TenantId, useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Moment } from "@/shared/ui/Moment";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import { RemoveDialog, RoleDialog } from "./MemberDialogs";
import type { Member } from "./queries";
import { peopleText } from "./text";

interface MemberTableProps {
  tenant: TenantId;
  members: readonly Member[];
}

/** Who belongs to the tenant, as what, and how safely they sign in. */
export function MemberTable({ tenant, members }: MemberTableProps) {
  const text = useText(peopleText);
  const roles = useText(roleText);
  const me = useCaller().user?.user_id;
  const [open, setOpen] = useState<{ act: "role" | "remove"; member: Member } | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <TableFrame label={text.members}>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.email}</th>
            <th scope="col">{text.role}</th>
            <th scope="col">{text.factor}</th>
            <th scope="col">{text.since}</th>
            <th scope="col">{text.act}</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.user_id}>
              <th scope="row">
                {member.name}
                {member.user_id === me && ` (${text.you})`}
              </th>
              <td>{member.email}</td>
              <td>{roles[member.role]}</td>
              <td>
                <StatusMark status={member.has_second_factor ? "ok" : "warn"}>
                  {member.has_second_factor ? text.hasFactor : text.hasNone}
                </StatusMark>
              </td>
              <td>
                <Moment at={member.since} />
              </td>
              <td>
                <Button.Group>
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setOpen({ act: "role", member })}
                    aria-label={`${text.changeRole} ${member.name}`}
                  >
                    {text.changeRole}
                  </Button>
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setOpen({ act: "remove", member })}
                    aria-label={`${text.remove} ${member.name}`}
                  >
                    {text.remove}
                  </Button>
                </Button.Group>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {open?.act === "role" && <RoleDialog tenant={tenant} member={open.member} onClose={close} />}
      {open?.act === "remove" && (
        <RemoveDialog tenant={tenant} member={open.member} onClose={close} />
      )}
    </>
  );
}
