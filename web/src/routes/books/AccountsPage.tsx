import { Button, Checkbox, Drawer, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, type ReactElement } from "react";

import { AccountForm } from "@/features/accounts/AccountForm";
import { ChangeForm } from "@/features/accounts/ChangeForm";
import { ChartForm } from "@/features/accounts/ChartForm";
import { ChartTable } from "@/features/accounts/ChartTable";
import type { AccountsSearch } from "@/features/accounts/search";
import { accountsText } from "@/features/accounts/text";
import { treesOf } from "@/features/accounts/tree";
import { reportQueries } from "@/features/reports/queries";
import { type Account, accountQueries } from "@/shared/accounts/accounts";
import { fromWire, scaleOfWire } from "@/shared/money/decimal";
import { may } from "@/shared/session/permissions";
import { type TenantId, useTenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { PlusIcon } from "@/shared/ui/icons";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./AccountsPage.module.css";
import { accountsRoute } from "./area";

/** Balances of all accounts in the base currency, as of the last entry. */
function useBalances(tenant: TenantId) {
  const report = useQuery(
    reportQueries.trialBalance({ tenant, range: {}, search: { closing: "include" } }),
  );
  const { data } = report;
  const balances = useMemo(() => {
    const sums = new Map<number, bigint>();
    for (const { account_id, base_closing } of data?.items ?? []) {
      if (account_id === null) continue; // what earlier years left unclosed
      const minor = fromWire(base_closing, scaleOfWire(base_closing));
      sums.set(account_id, (sums.get(account_id) ?? 0n) + minor);
    }
    return sums;
  }, [data]);
  return { report, balances, scale: scaleOfWire(data?.totals.closing ?? "0") };
}

export function AccountsPage(): ReactElement {
  const text = useText(accountsText);
  const { tenant: tenantId } = accountsRoute.useParams();
  const tenant = useTenant(tenantId);
  const search = accountsRoute.useSearch();
  const navigate = accountsRoute.useNavigate();
  const set = (change: Partial<AccountsSearch>): void =>
    void navigate({ search: { ...search, ...change }, replace: true, resetScroll: false });
  const accounts = useQuery(accountQueries.all(tenantId));
  const { report, balances, scale } = useBalances(tenantId);
  const mayWrite = may(tenant.role, "account.write");
  const filter = useRef<HTMLInputElement>(null);

  if (accounts.isPending || report.isPending) {
    return (
      <Page title={text.title}>
        <Loading rows={16} />
      </Page>
    );
  }
  const failed = accounts.isError ? accounts : report.isError ? report : null;
  if (failed !== null || accounts.data === undefined) {
    return (
      <Page title={text.title}>
        <ProblemView error={failed?.error} onRetry={() => void failed?.refetch()} />
      </Page>
    );
  }
  const add = mayWrite && (
    <Button size="compact-md" leftSection={<PlusIcon />} onClick={() => set({ panel: "new" })}>
      {text.add}
    </Button>
  );
  const trees = treesOf(accounts.data, balances, {
    filter: search.filter ?? "",
    inactive: search.inactive === true,
  });
  return (
    <Page title={text.title} actions={add}>
      <div className={`${classes["filters"]} no-print`}>
        <TextInput
          ref={filter}
          type="search"
          label={text.filter}
          value={search.filter ?? ""}
          onChange={(event) => set({ filter: event.currentTarget.value })}
        />
        <Checkbox
          label={text.inactive}
          checked={search.inactive === true}
          onChange={(event) => set({ inactive: event.currentTarget.checked || undefined })}
        />
      </div>
      {accounts.data.length === 0 ? (
        <EmptyView
          action={
            // What was pressed is gone once there are accounts.
            mayWrite && <ChartForm tenant={tenantId} onMade={() => filter.current?.focus()} />
          }
        >
          {text.empty}
        </EmptyView>
      ) : trees.length === 0 ? (
        <EmptyView
          action={
            <Button variant="default" onClick={() => set({ filter: undefined, inactive: true })}>
              {text.showAll}
            </Button>
          }
        >
          {text.noneFound}
        </EmptyView>
      ) : (
        <ChartTable
          tenant={tenant}
          trees={trees}
          scale={scale}
          onChange={mayWrite ? (panel) => set({ panel }) : undefined}
        />
      )}
      {mayWrite && (
        <Panel
          tenant={tenantId}
          accounts={accounts.data}
          panel={search.panel}
          onClose={() => set({ panel: undefined })}
        />
      )}
    </Page>
  );
}

interface PanelProps {
  tenant: TenantId;
  accounts: readonly Account[];
  panel: AccountsSearch["panel"];
  onClose: () => void;
}

function Panel({ tenant, accounts, panel, onClose }: PanelProps) {
  const text = useText(accountsText);
  const account = accounts.find((one) => one.id === panel);
  return (
    <Drawer
      opened={panel === "new" || account !== undefined}
      onClose={onClose}
      position="right"
      title={account === undefined ? text.add : `${account.code} ${account.name}`}
      closeButtonProps={{ "aria-label": text.close }}
    >
      {account === undefined ? (
        <AccountForm tenant={tenant} accounts={accounts} onDone={onClose} />
      ) : (
        <ChangeForm key={account.id} tenant={tenant} account={account} onDone={onClose} />
      )}
    </Drawer>
  );
}
