import { Button } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";

import { roleText } from "@/shared/session/roleText";
import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ChevronDownIcon } from "@/shared/ui/icons";
import { PickDialog } from "@/shared/ui/PickDialog";

import classes from "./Shell.module.css";
import { shellText } from "./text";

interface TenantSwitcherProps {
  opened: boolean;
  onOpen: () => void;
  onClose: () => void;
}

export function TenantSwitcher({ opened, onOpen, onClose }: TenantSwitcherProps) {
  const text = useText(shellText);
  const roles = useText(roleText);
  const { tenants } = useCaller();
  const { tenant: current } = useParams({ strict: false });
  const navigate = useNavigate();
  const name = tenants.find((tenant) => tenant.tenant_id === current)?.name;
  const items = tenants.map((tenant) => ({
    id: String(tenant.tenant_id),
    label: tenant.name,
    hint: roles[tenant.role],
    run: () => void navigate({ to: "/t/$tenant", params: { tenant: tenant.tenant_id } }),
  }));
  items.push({
    id: "new",
    label: text.newTenant,
    hint: "",
    run: () => void navigate({ to: "/tenants/new" }),
  });
  if (tenants.length === 0) return null;
  return (
    <>
      <Button
        variant="subtle"
        size="compact-md"
        className={classes["tenant"]}
        rightSection={<ChevronDownIcon />}
        onClick={onOpen}
        aria-haspopup="dialog"
        title={name}
      >
        {name ?? text.switchTenant}
      </Button>
      <PickDialog
        opened={opened}
        onClose={onClose}
        label={text.switchTenant}
        nothing={text.noTenant}
        items={items}
      />
    </>
  );
}
