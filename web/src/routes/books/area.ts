import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const dashboardRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
});

export const accountRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "accounts/$account",
  params: {
    parse: ({ account }) => ({ account: Number(account) }),
    stringify: ({ account }) => ({ account: String(account) }),
  },
  component: lazyRouteComponent(() => import("./AccountPage"), "AccountPage"),
});

export const booksRoutes = [dashboardRoute, accountRoute] as const;

export const booksRail: readonly RailItem[] = [
  {
    to: "/t/$tenant",
    exact: true,
    label: defineText({ en: "Dashboard", de: "Übersicht" }),
  },
];
