import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { User } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Form } from "@/shared/ui/Form";

import { useRename } from "./mutations";
import { Saved } from "./Saved";
import { settingsText } from "./text";

/** What the person is called; the address is an operator's to change. */
export function ProfileForm({ user }: { user: User }) {
  const text = useText(settingsText);
  const [name, setName] = useState(user.name);
  const rename = useRename();
  const isSame = name.trim() === user.name;
  return (
    <Form
      onSubmit={() => rename.mutate(name.trim())}
      submit={text.rename}
      error={rename.error}
      isPending={rename.isPending}
      isIncomplete={isSame}
    >
      <TextInput
        label={text.name}
        description={text.nameHint}
        autoComplete="name"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(rename.error, "/name")}
      />
      <Saved isSaved={rename.isSuccess && isSame} />
    </Form>
  );
}
