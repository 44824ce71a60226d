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

const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;

export const changeRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "changes/$change",
  validateSearch: (search: Record<string, unknown>): ChangeSearch => {
    const [from, to] = [numberOf(search["from"]), numberOf(search["to"])];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  },
  component: lazyRouteComponent(() => import("./RecordPage"), "RecordPage"),
});

const executionParams = {
  parse: ({ execution }: { execution: string }) => ({ execution: Number(execution) }),
  stringify: ({ execution }: { execution: number }) => ({ execution: String(execution) }),
};

export const executionRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "executions/$execution",
  params: executionParams,
  component: lazyRouteComponent(() => import("./ExecutionPage"), "ExecutionPage"),
});

export const evidenceRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "executions/$execution/evidence",
  params: executionParams,
  component: lazyRouteComponent(() => import("./EvidencePage"), "EvidencePage"),
});

interface VerifySearch {
  /** Whose evidence the server has. */
  execution?: number;
}

export const verifyRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "verify",
  validateSearch: ({ execution }: Record<string, unknown>): VerifySearch => {
    const number = numberOf(execution);
    return number === undefined ? {} : { execution: number };
  },
  component: lazyRouteComponent(() => import("./VerifyPage"), "VerifyPage"),
});

const incidentsRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "incidents",
  component: lazyRouteComponent(() => import("./IncidentsPage"), "IncidentsPage"),
});

export const keysRoute = createRoute({
  getParentRoute: () => launchRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("./KeysPage"), "KeysPage"),
});

export const launchRoutes = [
  launchRoute.addChildren([
    phasesRoute,
    changeRoute,
    executionRoute,
    evidenceRoute,
    verifyRoute,
    incidentsRoute,
    keysRoute,
  ]),
] as const;

const launch = defineText({ en: "Launch", de: "Launch" });

export const launchRail: readonly RailItem[] = [
  {
    to: "/launch",
    exact: true,
    label: defineText({ en: "Phases", de: "Phasen" }),
    group: launch,
    keys: "g l",
  },
  {
    to: "/launch/incidents",
    label: defineText({ en: "Incidents", de: "Vorfälle" }),
    group: launch,
  },
  {
    to: "/launch/verify",
    label: defineText({ en: "Verify evidence", de: "Nachweise prüfen" }),
    group: launch,
  },
  { to: "/launch/keys", label: defineText({ en: "Signing keys", de: "Schlüssel" }), group: launch },
];
