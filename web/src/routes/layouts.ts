import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  redirect,
} from "@tanstack/react-router";

import { sessionQuery } from "@/shared/session/session";

import { NowherePage } from "./NowherePage";
import { RouteError } from "./shell/RouteError";

export interface RouterContext {
  queryClient: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  notFoundComponent: NowherePage,
  errorComponent: RouteError,
});

/** Everything behind the sign-in; who isn't signed in goes there first and comes back. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const caller = await context.queryClient.ensureQueryData(sessionQuery);
    if (caller === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
    return { caller };
  },
  errorComponent: RouteError,
});

/** The world of books, of one tenant. A tenant that isn't the caller's doesn't exist. */
export const tenantRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "t/$tenant",
  params: {
    parse: ({ tenant }) => ({ tenant: Number(tenant) }),
    stringify: ({ tenant }) => ({ tenant: String(tenant) }),
  },
  beforeLoad: ({ context, params }) => {
    const tenant = context.caller.tenants.find((one) => one.tenant_id === params.tenant);
    if (tenant === undefined) throw notFound();
    return { tenant };
  },
  component: lazyRouteComponent(() => import("./shell/BooksShell"), "BooksShell"),
  errorComponent: RouteError,
});

/** What belongs to a person and to no tenant. */
export const personalRoute = createRoute({
  getParentRoute: () => signedInRoute,
  id: "personal",
  component: lazyRouteComponent(() => import("./shell/PersonalShell"), "PersonalShell"),
  errorComponent: RouteError,
});

/** The world of operations and launch. */
export const operationsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  id: "operations",
  component: lazyRouteComponent(() => import("./shell/OperationsShell"), "OperationsShell"),
  errorComponent: RouteError,
});
