import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { dropHeldKeys, holdKeys, useHeldKeys } from "./ahead";

afterEach(() => {
  cleanup();
  dropHeldKeys();
});

/** A form where Enter goes on to the next field. */
function Form() {
  useHeldKeys();
  const [first, setFirst] = useState("old");
  const [next, setNext] = useState("");
  return (
    <>
      <input
        aria-label="First"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- as in the editor
        autoFocus
        value={first}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setFirst(event.currentTarget.value)}
        onKeyDown={({ key }) => key === "Enter" && screen.getByLabelText("Next").focus()}
      />
      <input
        aria-label="Next"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
      />
    </>
  );
}

function ReadOnly() {
  useHeldKeys();
  // oxlint-disable-next-line jsx-a11y/no-autofocus -- as in the editor
  return <input aria-label="Read" autoFocus readOnly value="kept" />;
}

async function open(): Promise<void> {
  await act(async () => void render(<Form />));
}

const valueOf = (label: string): string => screen.getByLabelText<HTMLInputElement>(label).value;

function type(keys: readonly string[]): void {
  for (const key of keys) fireEvent.keyDown(document.body, { key });
}

test("what is typed while a page is on its way is the page's, and no key of the one that stands", async () => {
  const pressed = vi.fn<() => void>();
  document.addEventListener("keydown", pressed);
  holdKeys();
  type(["1", "5", "x", "Backspace", "Enter", "I", "N", "V"]);
  expect(pressed).not.toHaveBeenCalled();
  document.removeEventListener("keydown", pressed);
  await open();
  expect([valueOf("First"), valueOf("Next")]).toEqual(["15", "INV"]);
});

test("Tab goes to the next field", async () => {
  holdKeys();
  type(["7", "Tab", "8"]);
  await open();
  expect([valueOf("First"), valueOf("Next")]).toEqual(["7", "8"]);
});

test.each([
  ["Escape", () => type(["Escape"])],
  ["a pointer", () => fireEvent.pointerDown(document.body)],
  ["a way back", () => fireEvent.popState(window)],
  ["a command", () => fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })],
])("%s ends it", async (_name, end) => {
  holdKeys();
  type(["1"]);
  end();
  await open();
  expect(valueOf("First")).toBe("old");
});

test("a sign that is typed with AltGr is text", async () => {
  holdKeys();
  const altGr = { ctrlKey: true, altKey: true, modifierAltGraph: true };
  fireEvent.keyDown(document.body, { key: "{", ...altGr });
  type(["1"]);
  await open();
  expect(valueOf("First")).toBe("{1");
});

test("a field that is only read stays as it is", async () => {
  holdKeys();
  type(["1"]);
  await act(async () => void render(<ReadOnly />));
  expect(valueOf("Read")).toBe("kept");
});

test("keys with Ctrl act as ever, and one that is held down isn't typed", async () => {
  const pressed = vi.fn<() => void>();
  document.addEventListener("keydown", pressed);
  holdKeys();
  fireEvent.keyDown(document.body, { key: "n", repeat: true });
  expect(pressed).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  expect(pressed).toHaveBeenCalledOnce();
  document.removeEventListener("keydown", pressed);
  await open();
  expect(valueOf("First")).toBe("old");
});
