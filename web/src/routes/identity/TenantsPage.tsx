import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { useSignOut } from "@/features/identity/mutations";
import { TenantList } from "@/features/identity/TenantList";
import { identityText } from "@/features/identity/text";
import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { shellText } from "../shell/text";
import { Card } from "./Card";

export function TenantsPage(): ReactElement {
  const text = useText(identityText);
  const { signOut: leave } = useText(shellText);
  const { tenants, user } = useCaller();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Card>
      <Page title={text.tenants}>
        <TenantList
          tenants={tenants}
          linkTo={(tenant) => (
            <Link to="/t/$tenant" params={{ tenant: tenant.tenant_id }}>
              {tenant.name}
            </Link>
          )}
        />
        <p>
          <Link to="/tenants/new">{text.newTenant}</Link>
        </p>
        <p>
          {user?.email} · <Link to="/settings">{text.settings}</Link>
        </p>
        <Button
          variant="default"
          size="compact-md"
          onClick={() =>
            signOut.mutate(undefined, { onSuccess: () => void navigate({ to: "/sign-in" }) })
          }
        >
          {leave}
        </Button>
      </Page>
    </Card>
  );
}
