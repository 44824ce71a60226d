import { NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import type { Account, AccountType } from "@/shared/accounts/accounts";
import { newIdempotencyKey } from "@/shared/api/client";
import { fieldError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";

import classes from "./AccountForm.module.css";
import { FormEnd } from "./FormEnd";
import { useCreateAccount } from "./mutations";
import { SubtypeSelect } from "./SubtypeSelect";
import { accountsText } from "./text";
import { accountTypes } from "./tree";

interface AccountFormProps {
  tenant: TenantId;
  accounts: readonly Account[];
  /** What it is called already where it is asked for. */
  named?: string;
  onDone: () => void;
}

/** Makes an account. */
export function AccountForm({ tenant, accounts, named = "", onDone }: AccountFormProps) {
  const text = useText(accountsText);
  const [key] = useState(newIdempotencyKey);
  const create = useCreateAccount(tenant, key);
  const [code, setCode] = useState(named);
  const [name, setName] = useState(named);
  const [type, setType] = useState<AccountType>("asset");
  const [subtype, setSubtype] = useState("");
  const [parent, setParent] = useState("");
  const [commodity, setCommodity] = useState("");

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(
      {
        code: code.trim(),
        name: name.trim(),
        type,
        subtype: subtype === "" ? null : subtype,
        parent_code: parent === "" ? null : parent,
        commodity: commodity.trim() === "" ? null : commodity.trim().toUpperCase(),
      },
      { onSuccess: onDone },
    );
  };

  return (
    <form onSubmit={submit} className={classes["form"]} noValidate>
      <TextInput
        data-autofocus
        label={text.code}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={fieldError(create.error, "/code")}
      />
      <TextInput
        label={text.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, "/name")}
      />
      <NativeSelect
        label={text.type}
        value={type}
        error={fieldError(create.error, "/type")}
        onChange={(event) => {
          setType(accountTypes.find((one) => one === event.currentTarget.value) ?? "asset");
          setSubtype("");
          setParent("");
        }}
      >
        {accountTypes.map((one) => (
          <option key={one} value={one}>
            {text.types[one]}
          </option>
        ))}
      </NativeSelect>
      <SubtypeSelect
        type={type}
        value={subtype}
        error={fieldError(create.error, "/subtype")}
        onChange={setSubtype}
      />
      <NativeSelect
        label={text.parent}
        value={parent}
        error={fieldError(create.error, "/parent_code")}
        onChange={(event) => setParent(event.currentTarget.value)}
      >
        <option value="">{text.noParent}</option>
        {accounts
          .filter((account) => account.type === type && account.active)
          .map((account) => (
            <option key={account.id} value={account.code}>
              {account.code} {account.name}
            </option>
          ))}
      </NativeSelect>
      <TextInput
        label={text.commodity}
        description={text.commodityHint}
        value={commodity}
        onChange={(event) => setCommodity(event.currentTarget.value)}
        error={fieldError(create.error, "/commodity")}
      />
      <FormEnd error={create.error} isPending={create.isPending} onCancel={onDone} />
    </form>
  );
}
