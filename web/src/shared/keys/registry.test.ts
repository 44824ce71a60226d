import { describe, expect, test, vi } from "vitest";

import { chordOf, type Press } from "./chord";
import { KeyRegistry } from "./KeyRegistry";
import { placeOf } from "./place";
import { helpOf, pressed, SEQUENCE_MS, type Binding, type Pending, type Place } from "./registry";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: "",
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

const binding = (keys: string, more: Partial<Binding> = {}): Binding => ({
  keys,
  label: keys,
  group: "Everywhere",
  run: vi.fn<() => void>(),
  ...more,
});

const BINDINGS = [
  binding("?"),
  binding("j", { repeats: true }),
  binding("g j"),
  binding("g d"),
  binding("Enter"),
  binding("Escape"),
  binding("Ctrl+Enter"),
  binding("Ctrl+Shift+Enter"),
  binding("Alt+D"),
];

type Situation = {
  place?: Place;
  altGraph?: boolean;
  at?: number;
  pending?: Pending;
  characters?: "on" | "off";
};

function fires(event: Press, situation: Situation = {}): string | null {
  const { place = "page", altGraph = false, at = 0, pending = null, characters = "on" } = situation;
  return (
    pressed(BINDINGS, pending, { ...event, place, altGraph, at }, { characters }).fires?.keys ??
    null
  );
}

describe("keys", () => {
  test.each([
    [press("?", { shiftKey: true }), "?"],
    [press("?"), "?"],
    [press("Enter", { ctrlKey: true }), "Ctrl+Enter"],
    [press("Enter", { metaKey: true }), "Ctrl+Enter"],
    [press("Enter", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+Enter"],
    [press("d", { altKey: true }), "Alt+D"],
    [press("\u2202", { altKey: true, code: "KeyD" }), "Alt+D"],
    [press("Escape"), "Escape"],
  ])("a press has a name %#", (event, chord) => {
    expect(chordOf(event)).toBe(chord);
  });

  test("nothing fires while typing but what is held with Ctrl or Alt", () => {
    for (const { keys } of BINDINGS) {
      const held = /^(Ctrl|Alt)\+/.test(keys);
      const last = keys.split(/[ +]/).at(-1) ?? "";
      const event = press(last, {
        ctrlKey: keys.startsWith("Ctrl"),
        shiftKey: keys.includes("Shift"),
        altKey: keys.startsWith("Alt"),
      });
      const fired = fires(event, { place: "field" });
      expect({ keys, fired }).toEqual({ keys, fired: held ? keys : null });
    }
    expect(fires(press("j", { isComposing: true }))).toBeNull();
    expect(fires(press("d", { altKey: true }), { altGraph: true })).toBeNull();
  });

  test("nothing fires under a dialog", () => {
    expect(fires(press("j"), { place: "dialog" })).toBeNull();
    expect(fires(press("Enter", { ctrlKey: true }), { place: "dialog" })).toBeNull();
  });

  test("a button keeps its Enter", () => {
    expect(fires(press("Enter"), { place: "control" })).toBeNull();
    expect(fires(press("j"), { place: "control" })).toBe("j");
  });

  test("single characters can be switched off, named keys can't", () => {
    expect(fires(press("j"), { characters: "off" })).toBeNull();
    expect(fires(press("?"), { characters: "off" })).toBeNull();
    const pending = { first: "g", at: 0 };
    expect(fires(press("j"), { characters: "off", pending })).toBeNull();
    expect(fires(press("Enter", { ctrlKey: true }), { characters: "off" })).toBe("Ctrl+Enter");
    expect(fires(press("Escape"), { characters: "off" })).toBe("Escape");
  });

  test("two presses in time are one binding", () => {
    const first = pressed(
      BINDINGS,
      null,
      { ...press("g"), place: "page", altGraph: false, at: 100 },
      { characters: "on" },
    );
    expect(first).toEqual({ pending: { first: "g", at: 100 }, fires: null });
    const { pending } = first;
    expect(fires(press("j"), { pending, at: 100 + SEQUENCE_MS })).toBe("g j");
    expect(fires(press("j"), { pending, at: 101 + SEQUENCE_MS })).toBe("j");
    expect(fires(press("x"), { pending, at: 101 })).toBeNull();
  });

  test("a key that is held down moves, and never acts twice", () => {
    expect(fires(press("j", { repeat: true }))).toBe("j");
    expect(fires(press("Enter", { ctrlKey: true, repeat: true }))).toBeNull();
  });

  test("the newest binding of a key acts, and help lists that one", () => {
    const screen = [...BINDINGS, binding("j", { label: "next entry", group: "Journal" })];
    const event = { ...press("j"), place: "page", altGraph: false, at: 0 } as const;
    const outcome = pressed(screen, null, event, { characters: "on" });
    expect(outcome.fires?.label).toBe("next entry");
    const help = helpOf(screen, { characters: "on" });
    expect(help.map(({ group }) => group)).toEqual(["Everywhere", "Journal"]);
    expect(help[0]?.rows.map(({ keys }) => keys)).not.toContain("j");
    expect(help[1]?.rows).toEqual([{ keys: "j", label: "next entry" }]);
    const quiet = helpOf(screen, { characters: "off" }).flatMap(({ rows }) => rows);
    expect(quiet.map(({ keys }) => keys)).toEqual([
      "Enter",
      "Escape",
      "Ctrl+Enter",
      "Ctrl+Shift+Enter",
      "Alt+D",
    ]);
  });

  test.each([
    ["<input />", "field"],
    ["<textarea></textarea>", "field"],
    ["<div role='combobox'></div>", "field"],
    ["<div contenteditable='true'></div>", "field"],
    ["<input type='checkbox' />", "control"],
    ["<button></button>", "control"],
    ["<a href='/x'></a>", "control"],
    ["<p></p>", "page"],
  ])("%s is a %s", (html, place) => {
    document.body.innerHTML = `<div>${html}</div>`;
    expect(placeOf(document.body.firstElementChild?.firstElementChild ?? null)).toBe(place);
    document.body.innerHTML = `<div role="dialog">${html}</div>`;
    expect(placeOf(document.body.firstElementChild?.firstElementChild ?? null)).toBe("dialog");
  });
});

describe("KeyRegistry", () => {
  test("what a screen binds is stronger than what holds everywhere, until it leaves", () => {
    const registry = new KeyRegistry();
    const [shell, screen] = [binding("n", { label: "shell" }), binding("n", { label: "screen" })];
    registry.set("screen", "screen", [screen]);
    registry.set("shell", "everywhere", [shell]);
    expect(registry.bindings()).toEqual([shell, screen]);
    registry.remove("screen");
    expect(registry.bindings()).toEqual([shell]);
  });
});
