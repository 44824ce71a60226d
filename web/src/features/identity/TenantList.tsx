import { TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { roleText } from "@/shared/session/roleText";
import type { Tenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { best } from "@/shared/ui/pick";

import classes from "./TenantList.module.css";
import { identityText } from "./text";

/** A filter is worth its room from this many on. */
const MANY = 6;

interface TenantListProps {
  tenants: readonly Tenant[];
  /** Makes the tenant's name a link to its books. */
  linkTo: (tenant: Tenant) => ReactNode;
}

export function TenantList({ tenants, linkTo }: TenantListProps) {
  const text = useText(identityText);
  const roles = useText(roleText);
  const [typed, setTyped] = useState("");
  if (tenants.length === 0) return <EmptyView>{text.noTenants}</EmptyView>;
  const named = tenants.map((tenant) => ({ label: tenant.name, tenant }));
  const shown = typed === "" ? named : best(named, typed);
  return (
    <>
      {tenants.length >= MANY && (
        <TextInput
          label={text.filter}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <ul className={classes["list"]}>
        {shown.map(({ tenant }) => (
          <li key={tenant.tenant_id} className={classes["tenant"]}>
            {linkTo(tenant)}
            <span className={classes["role"]}>
              {roles[tenant.role]} · {tenant.base_currency}
            </span>
          </li>
        ))}
      </ul>
      <p role="status" className={classes["none"]}>
        {shown.length === 0 ? text.noneFound : ""}
      </p>
    </>
  );
}
