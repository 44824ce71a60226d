import { Drawer } from "@mantine/core";
import { useQueryClient, useSuspenseQueries } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState } from "react";

import { AccountForm } from "@/features/accounts/AccountForm";
import { accountsText } from "@/features/accounts/text";
import { ImportList } from "@/features/imports/ImportList";
import { ImportWizard } from "@/features/imports/ImportWizard";
import { importQueries } from "@/features/imports/queries";
import { importText } from "@/features/imports/text";
import { accountQueries } from "@/shared/accounts/accounts";
import { indexOf, postable } from "@/shared/accounts/match";
import { may } from "@/shared/session/permissions";
import { useTenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { importRoute } from "./area";

/** A file of another program becomes entries, and what was imported can be undone. */
export function ImportPage(): ReactElement {
  const { tenant: tenantId } = importRoute.useParams();
  const tenant = useTenant(tenantId);
  const text = useText(importText);
  const accountWords = useText(accountsText);
  const queryClient = useQueryClient();
  const [accounts, mappings] = useSuspenseQueries({
    queries: [accountQueries.all(tenantId), importQueries.mappings(tenantId)],
  });
  const index = useMemo(() => indexOf(postable(accounts.data)), [accounts.data]);
  const [creating, setCreating] = useState<string | null>(null);
  const created = () => {
    setCreating(null);
    void queryClient.invalidateQueries({ queryKey: importQueries.root(tenantId) });
  };

  return (
    <Page title={text.title}>
      {may(tenant.role, "journal.post") ? (
        <ImportWizard
          key={tenantId}
          tenant={tenantId}
          accounts={index}
          mappings={mappings.data.items}
          onCreate={may(tenant.role, "account.write") ? setCreating : undefined}
        />
      ) : (
        <p>{text.mayNot}</p>
      )}
      <ImportList tenant={tenantId} mayReverse={may(tenant.role, "journal.reverse")} />
      <Drawer
        opened={creating !== null}
        onClose={() => setCreating(null)}
        position="right"
        title={accountWords.add}
        closeButtonProps={{ "aria-label": accountWords.close }}
      >
        {creating !== null && (
          <AccountForm
            tenant={tenantId}
            accounts={accounts.data}
            named={creating}
            onDone={created}
          />
        )}
      </Drawer>
    </Page>
  );
}
