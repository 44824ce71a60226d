import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

import { dropHeldKeys, holdKeys } from "@/shared/keys/ahead";
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
  const router = useRouter();
  const params = useRailParams();
  const group = text.everywhere;
  // Whoever leaves these pages, as at the end of a session, types for none of them.
  useEffect(() => dropHeldKeys, []);
  useKeys(
    [
      { keys: "?", label: text.thisList, group, run: () => open("keys") },
      { keys: "Ctrl+K", label: text.searchHint, group, run: () => open("palette") },
      { keys: "g t", label: text.switchTenant, group, run: () => open("tenants") },
      ...rail.flatMap(({ keys, to, label, isTypedInto }) => {
        if (keys === undefined) return [];
        const run = (): void => {
          const isElsewhere =
            router.buildLocation({ to, params }).href !== router.latestLocation.href;
          if (isTypedInto && isElsewhere) holdKeys();
          void router.navigate({ to, params });
        };
        return [{ keys, label: label[language], group: text.goTo, run }];
      }),
    ],
    "everywhere",
  );
}
