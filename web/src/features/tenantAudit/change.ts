export interface Change {
  name: string;
  before: string;
  after: string;
}

interface States {
  before: object | null;
  after: object | null;
}

const shown = (value: unknown): string =>
  value === undefined || value === null
    ? "–"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** What differs between an object as it was and as it is, by name. */
export function changesOf({ before, after }: States): Change[] {
  const [was, is]: Record<string, unknown>[] = [{ ...before }, { ...after }];
  const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  return names
    .map((name) => ({ name, before: shown(was?.[name]), after: shown(is?.[name]) }))
    .filter((change) => change.before !== change.after);
}
