import { usePreference } from "./preference";

/** Whether keys that are a single character act; some people's tools type them without being asked (WCAG 2.1.4). */
export function useSingleKeys() {
  return usePreference("single-keys", ["on", "off"]);
}
