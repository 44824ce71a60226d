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
import { useMakeToken, useRevokeToken } from "./mutations";
import type { Token } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { peopleText } from "./text";

interface MakeTokenDialogProps {
  tenant: TenantId;
  today: CivilDate;
  onClose: () => void;
}

/** Makes a token, and then shows it, once. */
export function MakeTokenDialog({ tenant, today, onClose }: MakeTokenDialogProps) {
  const text = useText(peopleText);
  const make = useMakeToken(tenant);
  const [label, setLabel] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [expires, setExpires] = useState<CivilDate | null>(null);
  if (make.data !== undefined) {
    const { token: secret } = make.data;
    return (
      <Dialog title={text.makeTitle} onClose={onClose}>
        <DialogEnd onClose={onClose}>
          <StatusMark status="ok">{text.made(make.data.label)}</StatusMark>
          {secret === null ? (
            <StatusMark status="warn">{text.lost}</StatusMark>
          ) : (
            <Secret label={text.token} value={secret} />
          )}
        </DialogEnd>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={text.makeTitle}
      submit={text.makeToken}
      onSubmit={() => make.mutate({ label: label.trim(), role, expires_on: expires })}
      onClose={onClose}
      error={make.error}
      isPending={make.isPending}
      isIncomplete={label.trim() === ""}
    >
      <TextInput
        data-autofocus
        label={text.label}
        maxLength={200}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
        error={fieldError(make.error, "/label")}
      />
      <RoleSelect value={role} onChange={setRole} error={fieldError(make.error, "/role")} />
      <ExpiryField
        today={today}
        onChange={setExpires}
        hint={text.tokenExpiresHint}
        error={fieldError(make.error, "/expires_on")}
      />
    </FormDialog>
  );
}

interface RevokeTokenDialogProps {
  tenant: TenantId;
  token: Token;
  onClose: () => void;
}

export function RevokeTokenDialog({ tenant, token, onClose }: RevokeTokenDialogProps) {
  const text = useText(peopleText);
  const revoke = useRevokeToken(tenant, token.token_id);
  return (
    <FormDialog
      title={text.revokeTitle(token.label)}
      submit={text.revokeNow}
      onSubmit={() => revoke.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
      error={revoke.error}
      isPending={revoke.isPending}
    >
      <p>{text.revokeDetail}</p>
    </FormDialog>
  );
}
