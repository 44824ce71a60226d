import { usePreference } from "./preference";

export const densities = ["roomy", "compact"] as const;

/** How high rows are. */
export function useDensity() {
  return usePreference("density", densities);
}
