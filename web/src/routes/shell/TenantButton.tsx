import { Button } from "@mantine/core";
import { useParams } from "@tanstack/react-router";

import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ChevronDownIcon } from "@/shared/ui/icons";

import classes from "./Shell.module.css";
import { shellText } from "./text";

/** Says whose books these are, and opens the list of the others. */
export function TenantButton({ onClick }: { onClick: () => void }) {
  const text = useText(shellText);
  const { tenants } = useCaller();
  const { tenant: current } = useParams({ strict: false });
  const name = tenants.find((tenant) => tenant.tenant_id === current)?.name;
  if (tenants.length === 0) return null;
  return (
    <Button
      variant="subtle"
      size="compact-md"
      className={classes["tenant"]}
      rightSection={<ChevronDownIcon />}
      onClick={onClick}
      aria-haspopup="dialog"
      title={name}
    >
      {name ?? text.switchTenant}
    </Button>
  );
}
