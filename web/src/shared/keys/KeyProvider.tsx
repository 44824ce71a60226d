import { createContext, use, useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { KeyRegistry } from "./KeyRegistry";
import { placeOf } from "./place";
import { pressed, type Pending, type Preferences } from "./registry";

const Keys = createContext<KeyRegistry | null>(null);

interface KeyProviderProps {
  preferences: Preferences;
  children: ReactNode;
}

/** The one listener for keys; screens add what holds on them with `useKeys`. */
export function KeyProvider({ preferences, children }: KeyProviderProps) {
  const [registry] = useState(() => new KeyRegistry());
  const pending = useRef<Pending>(null);

  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return; // whoever has the focus has taken it
      const outcome = pressed(
        registry.bindings(),
        pending.current,
        {
          key: event.key,
          code: event.code,
          ctrlKey: event.ctrlKey,
          altKey: event.altKey,
          metaKey: event.metaKey,
          shiftKey: event.shiftKey,
          repeat: event.repeat,
          isComposing: event.isComposing,
          altGraph: event.getModifierState("AltGraph"),
          place: placeOf(event.target),
          at: event.timeStamp,
        },
        preferences,
      );
      pending.current = outcome.pending;
      if (outcome.fires !== null) {
        event.preventDefault();
        outcome.fires.run();
      }
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [registry, preferences]);

  return <Keys value={registry}>{children}</Keys>;
}

export function useKeyRegistry(): KeyRegistry {
  const registry = use(Keys);
  if (registry === null) throw new Error("Keys are used inside a KeyProvider.");
  return registry;
}
