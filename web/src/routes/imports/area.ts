import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const importRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "import",
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const importRoutes = [importRoute] as const;

export const importRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/import",
    label: defineText({ en: "Import", de: "Import" }),
    keys: "g m",
  },
];
