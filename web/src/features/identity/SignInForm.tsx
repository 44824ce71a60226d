import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";

import { codeOf, fieldError, ProblemError } from "@/shared/api/problem";
import { useLocale, useText } from "@/shared/text/text";
import { PasswordField } from "@/shared/ui/fields/PasswordField";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { useSignIn } from "./mutations";
import classes from "./SignInForm.module.css";
import { identityText } from "./text";

interface SignInFormProps {
  onSignedIn: () => void;
}

/** Mail and password; then, of who has a second factor, its code. */
export function SignInForm({ onSignedIn }: SignInFormProps) {
  const text = useText(identityText);
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  const { error } = signIn;

  useEffect(() => {
    (asksCode ? codeField : emailField).current?.focus();
  }, [asksCode]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const credentials = { email: email.trim(), password };
    signIn.mutate(asksCode ? { ...credentials, code: code.replaceAll(/\s/g, "") } : credentials, {
      onSuccess: onSignedIn,
      onError: (problem) => {
        if (codeOf(problem) === "identity.code_required") setAsksCode(true);
        setCode("");
        codeField.current?.focus();
      },
    });
  };

  const startOver = (): void => {
    signIn.reset();
    setAsksCode(false);
    setPassword("");
    setCode("");
  };

  return (
    <form onSubmit={submit} className={classes["form"]} noValidate>
      {asksCode ? (
        <>
          <p className={classes["who"]}>{email}</p>
          <StatusMark status="info">{text.codeNeeded}</StatusMark>
          <TextInput
            ref={codeField}
            label={text.code}
            description={text.codeHint}
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            required
            withAsterisk={false}
          />
        </>
      ) : (
        <>
          <TextInput
            ref={emailField}
            label={text.email}
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fieldError(error, "/email")}
            required
            withAsterisk={false}
          />
          <PasswordField
            label={text.password}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={fieldError(error, "/password")}
            required
          />
        </>
      )}
      <Refusal error={error} />
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {text.signIn}
      </Button>
      {asksCode && (
        <Button variant="subtle" onClick={startOver} fullWidth>
          {text.startOver}
        </Button>
      )}
    </form>
  );
}

function Refusal({ error }: { error: Error | null }) {
  const text = useText(identityText);
  const { format } = useLocale();
  // Being asked for the code is a step, not a failure.
  if (error === null || codeOf(error) === "identity.code_required") return null;
  if (error instanceof ProblemError && error.problem.retry_at !== undefined) {
    const time = new Intl.DateTimeFormat(format, { timeStyle: "medium" });
    return (
      <div role="alert">
        <StatusMark status="warn">
          {text.lockedUntil(time.format(Date.parse(error.problem.retry_at)))}
        </StatusMark>
      </div>
    );
  }
  return <ProblemView error={error} />;
}
