import { NativeSelect } from "@mantine/core";

import { roleText } from "@/shared/session/roleText";
import type { Role } from "@/shared/session/session";
import { useText } from "@/shared/text/text";

import { peopleText } from "./text";

const roles: readonly Role[] = ["owner", "accountant", "bookkeeper", "viewer"];

interface RoleSelectProps {
  value: Role;
  onChange: (role: Role) => void;
  error?: string | undefined;
}

export function RoleSelect({ value, onChange, error }: RoleSelectProps) {
  const text = useText(peopleText);
  const names = useText(roleText);
  return (
    <NativeSelect
      label={text.role}
      value={value}
      error={error}
      onChange={(event) =>
        onChange(roles.find((role) => role === event.currentTarget.value) ?? "viewer")
      }
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {names[role]}
        </option>
      ))}
    </NativeSelect>
  );
}
