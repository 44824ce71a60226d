import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { FormDialog } from "@/shared/ui/Form";

import { useChangeRole, useRemoveMember } from "./mutations";
import type { Member } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { peopleText } from "./text";

interface MemberDialogProps {
  tenant: TenantId;
  member: Member;
  onClose: () => void;
}

export function RoleDialog({ tenant, member, onClose }: MemberDialogProps) {
  const text = useText(peopleText);
  const [role, setRole] = useState(member.role);
  const change = useChangeRole(tenant, member.user_id);
  return (
    <FormDialog
      title={text.changeRoleTitle(member.name)}
      submit={text.change}
      onSubmit={() => change.mutate(role, { onSuccess: onClose })}
      onClose={onClose}
      error={change.error}
      isPending={change.isPending}
      isIncomplete={role === member.role}
    >
      <RoleSelect value={role} onChange={setRole} error={fieldError(change.error, "/role")} />
    </FormDialog>
  );
}

export function RemoveDialog({ tenant, member, onClose }: MemberDialogProps) {
  const text = useText(peopleText);
  const remove = useRemoveMember(tenant, member.user_id);
  return (
    <FormDialog
      title={text.removeTitle(member.name)}
      submit={text.removeNow}
      onSubmit={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
      error={remove.error}
      isPending={remove.isPending}
    >
      <p>{text.removeDetail}</p>
    </FormDialog>
  );
}
