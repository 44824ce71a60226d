import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldProblem } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { PasswordField } from "@/shared/ui/fields/PasswordField";
import { Form } from "@/shared/ui/Form";

import { useAskForReset, useConcludeReset } from "./mutations";
import { resetText } from "./resetText";

interface AskFormProps {
  onAsked: () => void;
}

/** Asks for the secret that sets a new password. */
export function AskForm({ onAsked }: AskFormProps) {
  const text = useText(resetText);
  const ask = useAskForReset();
  const [email, setEmail] = useState("");
  const emailError = fieldProblem(ask.error, "/email", "identity.bad_email");
  return (
    <Form
      onSubmit={() => ask.mutate(email.trim(), { onSuccess: onAsked })}
      submit={text.ask}
      error={emailError === undefined ? ask.error : null}
      isPending={ask.isPending}
      isIncomplete={email.trim() === ""}
    >
      <TextInput
        label={text.email}
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={emailError}
      />
    </Form>
  );
}

interface ConcludeFormProps {
  onConcluded: () => void;
}

/** Sets a new password with the secret. */
export function ConcludeForm({ onConcluded }: ConcludeFormProps) {
  const text = useText(resetText);
  const conclude = useConcludeReset();
  const [secret, setSecret] = useState("");
  const [password, setPassword] = useState("");
  const { error } = conclude;
  const secretError = fieldProblem(error, "/secret", "identity.bad_reset");
  const passwordError = fieldProblem(error, "/password", "identity.weak_password");
  const isAtField = secretError !== undefined || passwordError !== undefined;
  return (
    <Form
      onSubmit={() =>
        conclude.mutate({ secret: secret.trim(), password }, { onSuccess: onConcluded })
      }
      submit={text.conclude}
      error={isAtField ? null : error}
      isPending={conclude.isPending}
      isIncomplete={secret.trim() === "" || password === ""}
    >
      <TextInput
        label={text.secret}
        autoComplete="one-time-code"
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        error={secretError}
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
