import { type ComponentType, lazy } from "react";

/** A part that is loaded when it is first drawn; what stands around it gives its place a fallback. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }));
}
