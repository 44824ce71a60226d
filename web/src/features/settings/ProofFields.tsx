import { TextInput } from "@mantine/core";

import { fieldError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { PasswordField } from "@/shared/ui/fields/PasswordField";

import type { Proof } from "./mutations";
import { settingsText } from "./text";

export interface Typed {
  password: string;
  code: string;
}

export const NOTHING: Typed = { password: "", code: "" };

/** What is sent of it: a code only of who has a second factor. */
export function proofOf({ password, code }: Typed, hasFactor: boolean): Proof {
  const spaceless = code.replaceAll(/\s/g, "");
  return { current_password: password, code: hasFactor ? spaceless : null };
}

interface ProofFieldsProps {
  typed: Typed;
  onType: (typed: Typed) => void;
  hasFactor: boolean;
  error: Error | null;
}

/** The password again, and a code of the second factor where there is one. */
export function ProofFields({ typed, onType, hasFactor, error }: ProofFieldsProps) {
  const text = useText(settingsText);
  return (
    <>
      <PasswordField
        data-autofocus
        label={text.present}
        description={text.proofHint}
        autoComplete="current-password"
        value={typed.password}
        onChange={(event) => onType({ ...typed, password: event.currentTarget.value })}
        error={fieldError(error, "/current_password")}
      />
      {hasFactor && (
        <TextInput
          label={text.code}
          description={text.codeHint}
          autoComplete="one-time-code"
          value={typed.code}
          onChange={(event) => onType({ ...typed, code: event.currentTarget.value })}
          error={fieldError(error, "/code")}
        />
      )}
    </>
  );
}
