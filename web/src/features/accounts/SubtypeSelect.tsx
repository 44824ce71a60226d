import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";

import type { AccountType } from "@/shared/accounts/accounts";
import { useText } from "@/shared/text/text";

import { subtypes } from "./subtypes";
import { subtypeText } from "./subtypeText";
import { accountsText } from "./text";

interface SubtypeSelectProps {
  type: AccountType;
  value: string;
  error: ReactNode;
  onChange: (subtype: string) => void;
}

/** What an account of this type is more exactly; "" is nothing more. */
export function SubtypeSelect({ type, value, error, onChange }: SubtypeSelectProps) {
  const text = useText(accountsText);
  const kinds = useText(subtypeText);
  return (
    <NativeSelect
      label={text.subtype}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{text.noSubtype}</option>
      {subtypes[type].map((one) => (
        <option key={one} value={one}>
          {kinds[one]}
        </option>
      ))}
    </NativeSelect>
  );
}
