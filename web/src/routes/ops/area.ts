import { createRoute, lazyRouteComponent, notFound } from "@tanstack/react-router";

import { watchesOperations } from "@/shared/session/launchRoles";
import { defineText } from "@/shared/text/text";

import { operationsRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

/** To who has no part in it, it isn't there. */
const opsRoute = createRoute({
  getParentRoute: () => operationsRoute,
  path: "ops",
  beforeLoad: ({ context }) => {
    if (!watchesOperations(context.caller)) throw notFound();
  },
  component: lazyRouteComponent(() => import("./OpsPage"), "OpsPage"),
});

export const opsRoutes = [opsRoute] as const;

export const opsRail: readonly RailItem[] = [
  { to: "/ops", label: defineText({ en: "Operations", de: "Betrieb" }), keys: "g o" },
];
