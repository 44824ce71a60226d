import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldProblem } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { PasswordField } from "@/shared/ui/fields/PasswordField";
import { Form } from "@/shared/ui/Form";

import { useAcceptInvitation } from "./mutations";
import { invitationText } from "./invitationText";

interface AcceptFormProps {
  secret: string;
  onAccepted: () => void;
}

/** Makes the account that an invitation is for. */
export function AcceptForm({ secret, onAccepted }: AcceptFormProps) {
  const text = useText(invitationText);
  const accept = useAcceptInvitation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { error } = accept;
  const nameError = fieldProblem(error, "/name", "identity.bad_name");
  const passwordError = fieldProblem(error, "/password", "identity.weak_password");
  const isAtField = nameError !== undefined || passwordError !== undefined;
  return (
    <Form
      onSubmit={() =>
        accept.mutate({ secret, name: name.trim(), password }, { onSuccess: onAccepted })
      }
      submit={text.accept}
      error={isAtField ? null : error}
      isPending={accept.isPending}
      isIncomplete={name.trim() === "" || password === ""}
    >
      <TextInput
        label={text.name}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={nameError}
      />
      <PasswordField
        label={text.password}
        description={text.passwordHint}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={passwordError}
      />
    </Form>
  );
}
