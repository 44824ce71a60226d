import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { accountsSearch } from "@/features/accounts/search";
import { reportSearch } from "@/features/reports/search";
import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const dashboardRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./DashboardPage"), "DashboardPage"),
});

export const accountsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "accounts",
  validateSearch: accountsSearch,
  component: lazyRouteComponent(() => import("./AccountsPage"), "AccountsPage"),
});

export const accountRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "accounts/$account",
  params: {
    parse: ({ account }) => ({ account: Number(account) }),
    stringify: ({ account }) => ({ account: String(account) }),
  },
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import("./AccountPage"), "AccountPage"),
});

export const booksRoutes = [dashboardRoute, accountsRoute, accountRoute] as const;

export const dashboardRail: readonly RailItem[] = [
  {
    to: "/t/$tenant",
    exact: true,
    label: defineText({ en: "Dashboard", de: "Übersicht" }),
    keys: "g d",
  },
];

export const booksRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/accounts",
    label: defineText({ en: "Accounts", de: "Konten" }),
    keys: "g a",
  },
];
