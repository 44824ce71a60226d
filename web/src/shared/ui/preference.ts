import { useSyncExternalStore } from "react";

const changed = new EventTarget();
/** What was chosen in a browser that keeps nothing: it holds until the page is left. */
const unkept = new Map<string, string>();

/** A choice of the person at this browser, the same in all its tabs; of no weight when it is lost. The first one is the default. */
export function usePreference<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): [T, (value: T) => void] {
  const key = `accubooks.${name}`;
  const stored = useSyncExternalStore(subscribe, () => read(key));
  const value = choices.find((choice) => choice === stored) ?? choices[0];
  return [value, (next) => write(key, next)];
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener("change", listener);
  window.addEventListener("storage", listener);
  return () => {
    changed.removeEventListener("change", listener);
    window.removeEventListener("storage", listener);
  };
}

function read(key: string): string | null {
  try {
    return unkept.get(key) ?? localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    unkept.set(key, value);
  }
  changed.dispatchEvent(new Event("change"));
}
