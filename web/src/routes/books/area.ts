import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const dashboardRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
});

export const booksRoutes = [dashboardRoute] as const;

export const booksRail: readonly RailItem[] = [
  {
    to: "/t/$tenant",
    exact: true,
    label: defineText({ en: "Dashboard", de: "Übersicht" }),
  },
];
