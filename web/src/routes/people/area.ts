import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { auditSearch } from "@/features/tenantAudit/queries";
import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

export const peopleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "people",
  component: lazyRouteComponent(() => import("./PeoplePage"), "PeoplePage"),
});

export const tokensRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "tokens",
  component: lazyRouteComponent(() => import("./TokensPage"), "TokensPage"),
});

export const auditRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

export const tenantSettingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./TenantSettingsPage"), "TenantSettingsPage"),
});

export const peopleRoutes = [peopleRoute, tokensRoute, auditRoute, tenantSettingsRoute] as const;

const group = defineText({ en: "Tenant", de: "Mandant" });

export const peopleRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/people",
    label: defineText({ en: "People", de: "Personen" }),
    group,
    permission: "member.manage",
    keys: "g u",
  },
  {
    to: "/t/$tenant/tokens",
    label: defineText({ en: "Tokens", de: "Token" }),
    group,
    permission: "token.manage",
  },
  {
    to: "/t/$tenant/audit",
    label: defineText({ en: "Audit", de: "Protokoll" }),
    group,
    permission: "tenant.audit",
  },
  {
    to: "/t/$tenant/settings",
    label: defineText({ en: "Settings", de: "Einstellungen" }),
    group,
    keys: "g s",
  },
];
