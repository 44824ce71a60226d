import { Checkbox, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import type { Account } from "@/shared/accounts/accounts";
import { fieldError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";

import classes from "./AccountForm.module.css";
import { FormEnd } from "./FormEnd";
import { useChangeAccount } from "./mutations";
import { SubtypeSelect } from "./SubtypeSelect";
import { accountsText } from "./text";

interface ChangeFormProps {
  tenant: TenantId;
  account: Account;
  onDone: () => void;
}

/** Changes what may change of an account: its code and type stand in entries, and stay. */
export function ChangeForm({ tenant, account, onDone }: ChangeFormProps) {
  const text = useText(accountsText);
  const change = useChangeAccount(tenant, account.id);
  const [name, setName] = useState(account.name);
  const [subtype, setSubtype] = useState(account.subtype);
  const [active, setActive] = useState(account.active);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = { name: name.trim(), subtype, active };
    const isSame =
      next.name === account.name && subtype === account.subtype && active === account.active;
    if (isSame) onDone();
    else change.mutate(next, { onSuccess: onDone });
  };

  return (
    <form onSubmit={submit} className={classes["form"]} noValidate>
      <TextInput
        data-autofocus
        label={text.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(change.error, "/name")}
      />
      <SubtypeSelect
        type={account.type}
        value={subtype}
        error={fieldError(change.error, "/subtype")}
        onChange={setSubtype}
      />
      <Checkbox
        label={text.active}
        checked={active}
        error={fieldError(change.error, "/active")}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
      <FormEnd error={change.error} isPending={change.isPending} onCancel={onDone} />
    </form>
  );
}
