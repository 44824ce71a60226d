import { PasswordInput, type PasswordInputProps } from "@mantine/core";

import { useText } from "@/shared/text/text";

import { fieldText } from "./text";

/** A password that can be looked at while it is typed. */
export function PasswordField(props: PasswordInputProps) {
  const text = useText(fieldText);
  return (
    <PasswordInput
      withAsterisk={false}
      visibilityToggleButtonProps={{ "aria-label": text.showPassword }}
      {...props}
    />
  );
}
