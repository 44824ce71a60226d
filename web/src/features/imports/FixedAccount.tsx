import { useState } from "react";

import { folded, type AccountIndex } from "@/shared/accounts/match";
import { useText } from "@/shared/text/text";
import {
  AccountField,
  accountEntryOf,
  type AccountEntry,
  NO_ACCOUNT,
} from "@/shared/ui/fields/AccountField";
import { FieldFrame } from "@/shared/ui/fields/FieldFrame";

import { importText } from "./text";

interface FixedAccountProps {
  label: string;
  /** As the mapping has it: `=1000`, or a column; then that one says it. */
  value: string | undefined;
  accounts: AccountIndex;
  onChange: (code: string | null) => void;
}

/** The one account of all rows, where no column says it. */
export function FixedAccount({ label, value, accounts, onChange }: FixedAccountProps) {
  const text = useText(importText);
  const known = value?.startsWith("=") ? accounts.byCode.get(folded(value.slice(1))) : undefined;
  const [typed, setTyped] = useState<AccountEntry>(NO_ACCOUNT);
  if (value !== undefined && !value.startsWith("=")) {
    return (
      <FieldFrame label={label}>
        {(ids) => <input {...ids} readOnly value={text.fromColumn} />}
      </FieldFrame>
    );
  }
  return (
    <AccountField
      label={label}
      entry={known === undefined ? typed : accountEntryOf(known)}
      onChange={(entry) => {
        setTyped(entry);
        const account = entry.id === null ? undefined : accounts.byId.get(entry.id);
        if (account !== undefined || known !== undefined) onChange(account?.code ?? null);
      }}
      index={accounts}
      recent={[]}
    />
  );
}
