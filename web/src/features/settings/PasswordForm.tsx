import { useState } from "react";

import { codeOf, fieldError, ProblemError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { PasswordField } from "@/shared/ui/fields/PasswordField";
import { Form } from "@/shared/ui/Form";
import { StatusMark } from "@/shared/ui/StatusMark";

import { useChangePassword } from "./mutations";
import { settingsText } from "./text";

export function PasswordForm() {
  const text = useText(settingsText);
  const change = useChangePassword();
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const differs = repeated !== "" && repeated !== next;
  const { error } = change;
  const isWeak = codeOf(error) === "identity.weak_password" && error instanceof ProblemError;

  const submit = () =>
    change.mutate(
      { current_password: present, new_password: next },
      {
        onSuccess: () => {
          setPresent("");
          setNext("");
          setRepeated("");
        },
      },
    );

  return (
    <Form
      onSubmit={submit}
      submit={text.changePassword}
      error={isWeak ? null : error}
      isPending={change.isPending}
      isIncomplete={present === "" || next === "" || repeated !== next}
    >
      <PasswordField
        label={text.present}
        autoComplete="current-password"
        value={present}
        onChange={(event) => setPresent(event.currentTarget.value)}
        error={fieldError(error, "/current_password")}
      />
      <PasswordField
        label={text.next}
        description={text.nextHint}
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
        error={isWeak ? error.problem.detail : fieldError(error, "/new_password")}
      />
      <PasswordField
        label={text.repeat}
        autoComplete="new-password"
        value={repeated}
        onChange={(event) => setRepeated(event.currentTarget.value)}
        error={differs ? text.differs : undefined}
      />
      <div role="status">
        {change.isSuccess && next === "" && (
          <StatusMark status="ok">{text.passwordChanged}</StatusMark>
        )}
      </div>
    </Form>
  );
}
