import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";

import { booksRoutes } from "./books/area";
import { identityRoutes, invitationRoute, resetRoute, signInRoute } from "./identity/area";
import { importRoutes } from "./imports/area";
import { journalRoutes } from "./journal/area";
import { launchRoutes } from "./launch/area";
import { operationsRoute, rootRoute, signedInRoute, tenantRoute } from "./layouts";
import { opsRoutes } from "./ops/area";
import { peopleRoutes } from "./people/area";
import { periodRoutes } from "./periods/area";
import { reportRoutes } from "./reports/area";

const routeTree = rootRoute.addChildren([
  signInRoute,
  invitationRoute,
  resetRoute,
  signedInRoute.addChildren([
    ...identityRoutes,
    tenantRoute.addChildren([
      ...booksRoutes,
      ...journalRoutes,
      ...reportRoutes,
      ...importRoutes,
      ...periodRoutes,
      ...peopleRoutes,
    ]),
    operationsRoute.addChildren([...opsRoutes, ...launchRoutes]),
  ]),
]);

export function newRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    // Queries know how fresh they are; the router asks them every time.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
