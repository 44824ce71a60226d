import { useNavigate } from "@tanstack/react-router";

import { useKeys } from "@/shared/keys/useKeys";
import { useLocale, useText } from "@/shared/text/text";

import type { RailItem } from "./rail";
import { shellText } from "./text";
import { useRailParams } from "./useRailParams";

/** Keys that hold on every page: help, palette, and going where the rail goes. */
export function useShellKeys(
  rail: readonly RailItem[],
  open: (what: "palette" | "tenants" | "keys") => void,
): void {
  const text = useText(shellText);
  const { language } = useLocale();
  const navigate = useNavigate();
  const params = useRailParams();
  const group = text.everywhere;
  useKeys(
    [
      { keys: "?", label: text.thisList, group, run: () => open("keys") },
      { keys: "Ctrl+K", label: text.searchHint, group, run: () => open("palette") },
      { keys: "g t", label: text.switchTenant, group, run: () => open("tenants") },
      ...rail.flatMap(({ keys, to, label }) => {
        if (keys === undefined) return [];
        const name = (language === "de" ? label.de : undefined) ?? label.en;
        const run = (): void => void navigate({ to, params });
        return [{ keys, label: name, group: text.goTo, run }];
      }),
    ],
    "everywhere",
  );
}
