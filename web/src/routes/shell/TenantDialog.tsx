import { useNavigate } from "@tanstack/react-router";

import { roleText } from "@/shared/session/roleText";
import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import type { Typed } from "@/shared/ui/pick";
import { PickDialog } from "@/shared/ui/PickDialog";

import { shellText } from "./text";

interface TenantDialogProps {
  opened: boolean;
  onClose: () => void;
  ahead: Typed;
}

/** Goes to other books, or to make new ones. */
export function TenantDialog({ opened, onClose, ahead }: TenantDialogProps) {
  const text = useText(shellText);
  const roles = useText(roleText);
  const { tenants } = useCaller();
  const navigate = useNavigate();
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
  return (
    <PickDialog
      opened={opened}
      onClose={onClose}
      ahead={ahead}
      label={text.switchTenant}
      nothing={text.noTenant}
      items={items}
    />
  );
}
