import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { pathAfterSignIn } from "@/features/identity/next";
import { watchesOperations } from "@/shared/session/launchRoles";
import { type Caller, sessionQuery } from "@/shared/session/session";
import { defineText } from "@/shared/text/text";

import { personalRoute, rootRoute, signedInRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

interface SignInSearch {
  /** Where to go afterwards: a path of this site. */
  next?: string;
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "sign-in",
  // What is left out here would stay as the address has it.
  validateSearch: ({ next }: Record<string, unknown>): SignInSearch =>
    next === undefined ? {} : { next: pathAfterSignIn(next) },
  beforeLoad: async ({ context, search }) => {
    const caller = await context.queryClient.ensureQueryData(sessionQuery);
    if (caller !== null) throw redirect({ href: search.next ?? "/" });
  },
  component: lazyRouteComponent(() => import("./SignInPage"), "SignInPage"),
});

/** Where somebody without a tenant belongs. */
function homeOutsideOfTenants(caller: Caller): "/launch" | "/ops" | "/tenants" {
  if (caller.launch_roles.length > 0) return "/launch";
  return watchesOperations(caller) ? "/ops" : "/tenants";
}

/** Whoever has one tenant goes there at once; who has none, to the part in launch or operations. */
const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    const [first, ...others] = context.caller.tenants;
    if (first === undefined) throw redirect({ to: homeOutsideOfTenants(context.caller) });
    if (others.length === 0) {
      throw redirect({ to: "/t/$tenant", params: { tenant: first.tenant_id } });
    }
    throw redirect({ to: "/tenants" });
  },
});

const tenantsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "tenants",
  component: lazyRouteComponent(() => import("./TenantsPage"), "TenantsPage"),
});

export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "forgotten-password",
  component: lazyRouteComponent(() => import("./ResetPage"), "ResetPage"),
});

/** Open to who isn't signed in: an invitation may make the account first. */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "invitation",
  component: lazyRouteComponent(() => import("./InvitationPage"), "InvitationPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
});

const newTenantRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: "tenants/new",
  component: lazyRouteComponent(() => import("./NewTenantPage"), "NewTenantPage"),
});

export const identityRoutes = [
  homeRoute,
  tenantsRoute,
  personalRoute.addChildren([settingsRoute, newTenantRoute]),
] as const;

export const personalRail: readonly RailItem[] = [
  { to: "/tenants", exact: true, label: defineText({ en: "Tenants", de: "Mandanten" }) },
  { to: "/tenants/new", label: defineText({ en: "New tenant", de: "Neuer Mandant" }) },
  { to: "/settings", label: defineText({ en: "My settings", de: "Meine Einstellungen" }) },
];
