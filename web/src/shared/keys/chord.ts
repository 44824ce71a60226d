/** What of a keyboard event decides; a `KeyboardEvent` has it. */
export type Press = {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  repeat: boolean;
  isComposing: boolean;
};

/**
 * A press by name: `j`, `?`, `Enter`, `Ctrl+Enter`, `Ctrl+Shift+Enter`, `Alt+D`. Signs have no
 * Shift of their own, because whether `?` needs it is the keyboard's business. ⌘ counts as Ctrl.
 */
export function chordOf(press: Press): string {
  const sign = press.key.length === 1;
  const held = press.ctrlKey || press.metaKey || press.altKey;
  const modifiers = [
    press.ctrlKey || press.metaKey ? "Ctrl+" : "",
    press.altKey ? "Alt+" : "",
    press.shiftKey && (!sign || held) ? "Shift+" : "",
  ].join("");
  return modifiers + (held && sign ? letterOf(press) : press.key);
}

/** With Alt some keyboards write other signs (`∂` for D): then the key's place says which it is. */
function letterOf({ key, code }: Press): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter !== undefined && !/^[a-z]$/i.test(key) ? letter : key.toUpperCase();
}

/** Whether a chord is a bare character, which people may switch off (WCAG 2.1.4). */
export function isCharacter(chord: string): boolean {
  return chord.split(" ").every((step) => step.length === 1);
}

/** Whether a chord holds Ctrl or Alt, and so can mean nothing while typing but itself. */
export function isHeld(chord: string): boolean {
  return /^(Ctrl|Alt)\+./.test(chord);
}
