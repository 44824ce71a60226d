import { chordOf, isCharacter, isHeld, type Press } from "./chord";

export type Binding = {
  /** `j`, `Ctrl+Enter`; two presses with a blank between: `g j`. */
  keys: string;
  /** What it does, as `?` lists it. */
  label: string;
  /** Under which heading `?` lists it. */
  group: string;
  run: () => void;
  /** Whether a key that is held down repeats it: moving does, acting doesn't. */
  repeats?: true;
};

/** Where the press happened. */
export type Place =
  | "page"
  /** On a button or link, whose own keys are Enter and Space. */
  | "control"
  /** In a field: characters are text there. */
  | "field"
  /** In a dialog: what lies under it is out of reach. */
  | "dialog";

export type Pending = { first: string; at: number } | null;

export type Outcome = { pending: Pending; fires: Binding | null };

export type Preferences = { characters: "on" | "off" };

/** How long the second press of `g j` may take: slow hands have time, a forgotten `g` does nothing. */
export const SEQUENCE_MS = 3000;

const WRITES_OR_PRESSES = ["Enter", " ", "Space"];

/** What a press fires. Of two bindings with the same keys the one registered last wins. */
export function pressed(
  bindings: readonly Binding[],
  pending: Pending,
  press: Press & { place: Place; altGraph: boolean; at: number },
  { characters }: Preferences,
): Outcome {
  const nothing: Outcome = { pending: null, fires: null };
  if (press.isComposing || press.altGraph || press.place === "dialog") {
    return nothing;
  }
  if (["Shift", "Control", "Alt", "Meta"].includes(press.key)) {
    return { pending, fires: null };
  }
  const chord = chordOf(press);
  if (press.place === "field" && !isHeld(chord)) {
    return nothing;
  }
  if (press.place === "control" && WRITES_OR_PRESSES.includes(chord)) {
    return nothing;
  }
  const usable = bindings.filter(({ keys }) => characters === "on" || !isCharacter(keys));
  const follows = pending !== null && press.at - pending.at <= SEQUENCE_MS;
  const wanted = follows ? `${pending.first} ${chord}` : chord;
  const found = usable.findLast(({ keys }) => keys === wanted);
  if (found !== undefined) {
    return press.repeat && found.repeats !== true ? nothing : { pending: null, fires: found };
  }
  const begins = !follows && usable.some(({ keys }) => keys.startsWith(`${chord} `));
  return begins ? { pending: { first: chord, at: press.at }, fires: null } : nothing;
}

export type HelpGroup = { group: string; rows: { keys: string; label: string }[] };

/** What holds on this screen, for `?`: each key once, as it would act. */
export function helpOf(bindings: readonly Binding[], { characters }: Preferences): HelpGroup[] {
  const acting = bindings.filter(
    ({ keys }, index) =>
      (characters === "on" || !isCharacter(keys)) &&
      bindings.findLastIndex((other) => other.keys === keys) === index,
  );
  const groups = new Map<string, HelpGroup["rows"]>();
  for (const { group, keys, label } of acting) {
    groups.set(group, [...(groups.get(group) ?? []), { keys, label }]);
  }
  return [...groups].map(([group, rows]) => ({ group, rows }));
}
