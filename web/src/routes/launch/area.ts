import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { defineText } from "@/shared/text/text";

import { operationsRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

/** Everything of the launch stands below one event stream. */
export const launchRoute = createRoute({
  getParentRoute: () => operationsRoute,
  path: "launch",
  component: lazyRouteComponent(() => import("./LaunchLayout"), "LaunchLayout"),
});

export const phasesRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./PhasesPage"), "PhasesPage"),
});

interface ChangeSearch {
  /** Two revisions to compare. */
  from?: number;
  to?: number;
}

const revisionOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;

export const changeRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "changes/$change",
  validateSearch: (search: Record<string, unknown>): ChangeSearch => {
    const [from, to] = [revisionOf(search["from"]), revisionOf(search["to"])];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  },
  component: lazyRouteComponent(() => import("./RecordPage"), "RecordPage"),
});

export const keysRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("./KeysPage"), "KeysPage"),
});

export const launchRoutes = [
  launchRoute.addChildren([phasesRoute, changeRoute, keysRoute]),
] as const;

const launch = defineText({ en: "Launch" });

export const launchRail: readonly RailItem[] = [
  {
    to: "/launch",
    exact: true,
    label: defineText({ en: "Phases" }),
    group: launch,
    keys: "g l",
  },
  { to: "/launch/keys", label: defineText({ en: "Signing keys" }), group: launch },
];
