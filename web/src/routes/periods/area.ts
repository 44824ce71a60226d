import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const periodsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "periods",
  component: lazyRouteComponent(() => import("./PeriodsPage"), "PeriodsPage"),
});

export const periodRoutes = [periodsRoute] as const;

export const periodRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/periods",
    label: defineText({ en: "Periods", de: "Perioden" }),
    keys: "g p",
  },
];
