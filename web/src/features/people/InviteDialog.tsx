import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { CivilDate } from "@/shared/date/civil";
import type { Role, TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Dialog, DialogEnd, FormDialog } from "@/shared/ui/Form";
import { Secret } from "@/shared/ui/Secret";
import { StatusMark } from "@/shared/ui/StatusMark";

import { ExpiryField } from "./ExpiryField";
import { useInvite } from "./mutations";
import { RoleSelect } from "./RoleSelect";
import { peopleText } from "./text";

interface InviteDialogProps {
  tenant: TenantId;
  today: CivilDate;
  /** Where an invitation is accepted that has this secret. */
  linkTo: (secret: string) => string;
  onClose: () => void;
}

/** Makes an invitation, and then shows its link, once. */
export function InviteDialog({ tenant, today, linkTo, onClose }: InviteDialogProps) {
  const text = useText(peopleText);
  const invite = useInvite(tenant);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("bookkeeper");
  const [expires, setExpires] = useState<CivilDate | null>(null);
  if (invite.data !== undefined) {
    const { secret } = invite.data;
    return (
      <Dialog title={text.inviteTitle} onClose={onClose}>
        <DialogEnd onClose={onClose}>
          <StatusMark status="ok">{text.invited(invite.data.email)}</StatusMark>
          {secret === null ? (
            <StatusMark status="warn">{text.lost}</StatusMark>
          ) : (
            <>
              <p>{text.passOn}</p>
              <Secret label={text.link} value={linkTo(secret)} />
            </>
          )}
        </DialogEnd>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={text.inviteTitle}
      submit={text.makeInvitation}
      onSubmit={() => invite.mutate({ email: email.trim(), role, expires_on: expires })}
      onClose={onClose}
      error={invite.error}
      isPending={invite.isPending}
      isIncomplete={email.trim() === ""}
    >
      <TextInput
        data-autofocus
        type="email"
        autoComplete="off"
        label={text.email}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fieldError(invite.error, "/email")}
      />
      <RoleSelect value={role} onChange={setRole} error={fieldError(invite.error, "/role")} />
      <ExpiryField
        today={today}
        onChange={setExpires}
        hint={text.expiresHint}
        error={fieldError(invite.error, "/expires_on")}
      />
    </FormDialog>
  );
}
