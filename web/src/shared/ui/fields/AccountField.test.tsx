import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";

import { indexOf } from "@/shared/accounts/match";
import { testAccount } from "@/shared/accounts/testing";

import { type AccountEntry, AccountField, NO_ACCOUNT } from "./AccountField";

const INDEX = indexOf([testAccount(1, "20", "Payables"), testAccount(2, "2000", "Card")]);

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
