import type { ReactElement } from "react";

import { useTenant } from "@/shared/session/session";
import { Page } from "@/shared/ui/Page";

import { dashboardRoute } from "./area";

export function DashboardPage(): ReactElement {
  const { tenant: tenantId } = dashboardRoute.useParams();
  const tenant = useTenant(tenantId);
  return <Page title={tenant.name}>{tenant.base_currency}</Page>;
}
