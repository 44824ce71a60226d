import { useEffect, useId } from "react";

import { useKeyRegistry } from "./KeyProvider";
import type { Reach } from "./KeyRegistry";
import type { Binding } from "./registry";

/** What keys do while this component is on screen; may change with every render. */
export function useKeys(bindings: readonly Binding[], reach: Reach = "screen"): void {
  const registry = useKeyRegistry();
  const owner = useId();
  useEffect(() => {
    registry.set(owner, reach, bindings);
  });
  useEffect(() => () => registry.remove(owner), [registry, owner]);
}
