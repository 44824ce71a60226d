import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { useCaller } from "@/shared/session/session";
import { Page } from "@/shared/ui/Page";

export function TenantsPage(): ReactElement {
  const { tenants } = useCaller();
  return (
    <Page title="Tenants">
      <ul>
        {tenants.map((tenant) => (
          <li key={tenant.tenant_id}>
            <Link to="/t/$tenant" params={{ tenant: tenant.tenant_id }}>
              {tenant.name}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
