import { useId, useLayoutEffect } from "react";

import { useKeyRegistry } from "./KeyProvider";
import type { Reach } from "./KeyRegistry";
import type { Binding } from "./registry";

/**
 * What keys do while this component is on screen; may change with every render. They hold with the frame that shows it: a key
 * pressed right then isn't lost.
 */
export function useKeys(bindings: readonly Binding[], reach: Reach = "screen"): void {
  const registry = useKeyRegistry();
  const owner = useId();
  useLayoutEffect(() => {
    registry.set(owner, reach, bindings);
  });
  useLayoutEffect(() => () => registry.remove(owner), [registry, owner]);
}
