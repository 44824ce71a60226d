import { useEffect } from "react";
import { flushSync } from "react-dom";

interface HeldKey {
  key: string;
  shiftKey: boolean;
}

let held: HeldKey[] = [];
let stop: (() => void) | null = null;

/**
 * From now on what is typed is kept for a page that is on its way, and is no key of the page that still stands; until that
 * page takes it with `useHeldKeys`, or `dropHeldKeys`, Escape, a pointer, a way back or a command (a key with Ctrl, Alt or Meta,
 * which acts as ever) ends it.
 */
export function holdKeys(): void {
  if (stop !== null) return;
  window.addEventListener("keydown", keep, { capture: true });
  window.addEventListener("pointerdown", dropHeldKeys, { capture: true });
  window.addEventListener("popstate", dropHeldKeys);
  stop = () => {
    window.removeEventListener("keydown", keep, { capture: true });
    window.removeEventListener("pointerdown", dropHeldKeys, { capture: true });
    window.removeEventListener("popstate", dropHeldKeys);
  };
}

export function dropHeldKeys(): void {
  stop?.();
  stop = null;
  held = [];
}

/** Gives what was typed ahead to the field that has the focus once this component stands. */
export function useHeldKeys(): void {
  // Behind the effects: until then what is typed is still kept, so that nothing comes before it.
  useEffect(() => queueMicrotask(giveHeldKeys), []);
}

function keep(event: KeyboardEvent): void {
  const { key, shiftKey } = event;
  const isTyped = key.length === 1 || key === "Enter" || key === "Tab" || key === "Backspace";
  // AltGr, with which half of a keyboard's signs are typed, says Ctrl and Alt too.
  const isCommand =
    !event.getModifierState("AltGraph") && (event.ctrlKey || event.altKey || event.metaKey);
  if (key === "Escape" || (isTyped && isCommand)) dropHeldKeys();
  if (!isTyped || isCommand || event.isComposing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // A finger that stays on the key that asked for the page types nothing with it.
  if (!event.repeat) held.push({ key, shiftKey });
}

function giveHeldKeys(): void {
  const keys = held;
  dropHeldKeys();
  // Each is seen to before the next one, as with a person's.
  for (const one of keys) flushSync(() => press(one));
}

function press({ key, shiftKey }: HeldKey): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement) || field.readOnly) return;
  const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
  // Whoever takes the key, such as a date's `+`, takes it whole.
  if (!field.dispatchEvent(event)) return;
  if (key === "Tab") focusNeighbour(field, shiftKey ? -1 : 1);
  if (key.length === 1) replaceSelection(field, key);
  if (key === "Backspace") {
    const { selectionStart: start, selectionEnd: end } = field;
    if (start === end) field.setSelectionRange(Math.max((start ?? 0) - 1, 0), end);
    replaceSelection(field, "");
  }
}

function replaceSelection(field: HTMLInputElement, text: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field;
  field.setRangeText(text, start ?? value.length, end ?? value.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function focusNeighbour(field: HTMLElement, step: 1 | -1): void {
  const all = [
    ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea"),
  ];
  const usable = all.filter((one) => one.tabIndex >= 0 && !one.matches(":disabled"));
  usable[usable.indexOf(field) + step]?.focus();
}
