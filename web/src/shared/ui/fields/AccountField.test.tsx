import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";

import type { Account } from "@/shared/accounts/accounts";
import { indexOf } from "@/shared/accounts/match";

import { type AccountEntry, AccountField, NO_ACCOUNT } from "./AccountField";

const account = (id: number, code: string, name: string): Account => ({
  id,
  code,
  name,
  type: "asset",
  subtype: "",
  parent_id: null,
  commodity: null,
  active: true,
  type_assumed: false,
});
const INDEX = indexOf([account(1, "20", "Payables"), account(2, "2000", "Card")]);

/** The field in a form where Enter goes on to the next one, within the same press. */
function Form() {
  const [entry, setEntry] = useState<AccountEntry>(NO_ACCOUNT);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the field bubble to here
    <div onKeyDown={({ key }) => key === "Enter" && screen.getByLabelText("Next").focus()}>
      <AccountField label="Account" entry={entry} onChange={setEntry} index={INDEX} recent={[]} />
      <input aria-label="Next" />
    </div>
  );
}

test.each([
  [["Enter"], "20 Payables"],
  [["ArrowDown", "Enter"], "2000 Card"],
])("%j takes what is marked, though the text is another's whole code", (keys, taken) => {
  const { unmount } = render(<Form />);
  const field = screen.getByLabelText<HTMLInputElement>("Account");
  field.focus();
  fireEvent.change(field, { target: { value: "20" } });
  for (const key of keys) fireEvent.keyDown(field, { key });
  expect(field.value).toBe(taken);
  unmount();
});

test("a whole code is its account when the field is left by other means", () => {
  const { unmount } = render(<Form />);
  const field = screen.getByLabelText<HTMLInputElement>("Account");
  field.focus();
  fireEvent.change(field, { target: { value: "2000" } });
  fireEvent.blur(field);
  expect(field.value).toBe("2000 Card");
  unmount();
});
