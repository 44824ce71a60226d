import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";

import { accountQueries } from "@/shared/accounts/accounts";
import { useCaller } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import type { Typed } from "@/shared/ui/pick";
import { PickDialog, type PickItem } from "@/shared/ui/PickDialog";

import type { RailItem } from "./rail";
import { shellText } from "./text";
import { useRailParams } from "./useRailParams";

interface PaletteProps {
  opened: boolean;
  onClose: () => void;
  ahead: Typed;
  rail: readonly RailItem[];
}

/** Goes to a page, an account or another tenant by a few letters of its name. */
export function Palette({ opened, onClose, ahead, rail }: PaletteProps) {
  const text = useText(shellText);
  const accounts = useAccounts(opened);
  const items = [...usePages(rail), ...accounts.items, ...useTenants(), ...useOwnPages()];
  return (
    <PickDialog
      opened={opened}
      onClose={onClose}
      ahead={ahead}
      label={text.searchHint}
      nothing={text.nothingFound}
      items={items}
      isLoading={accounts.isLoading}
    />
  );
}

function usePages(rail: readonly RailItem[]): PickItem[] {
  const text = useText(shellText);
  const { language } = useLocale();
  const navigate = useNavigate();
  const params = useRailParams();
  return rail.map(({ to, label }) => ({
    id: `page${to}`,
    label: label[language],
    hint: text.page,
    run: () => void navigate({ to, params }),
  }));
}

function useAccounts(isWanted: boolean): { items: PickItem[]; isLoading: boolean } {
  const text = useText(shellText);
  const navigate = useNavigate();
  const { tenant } = useParams({ strict: false });
  const { data, isFetching } = useQuery({
    ...accountQueries.all(tenant ?? 0),
    enabled: isWanted && tenant !== undefined,
  });
  const items = (data ?? []).map((account) => ({
    id: `account${account.id}`,
    label: `${account.code} ${account.name}`,
    hint: text.account,
    run: () =>
      void navigate({
        to: "/t/$tenant/accounts/$account",
        params: { tenant: tenant ?? 0, account: account.id },
      }),
  }));
  return { items, isLoading: isWanted && isFetching };
}

/** Those of the person, from any world; where they are in the rail, they are there once. */
function useOwnPages(): PickItem[] {
  const text = useText(shellText);
  const navigate = useNavigate();
  const { tenant } = useParams({ strict: false });
  if (tenant === undefined) return [];
  return [
    {
      id: "settings",
      label: text.settings,
      hint: text.page,
      run: () => void navigate({ to: "/settings" }),
    },
    {
      id: "newTenant",
      label: text.newTenant,
      hint: text.page,
      run: () => void navigate({ to: "/tenants/new" }),
    },
  ];
}

function useTenants(): PickItem[] {
  const text = useText(shellText);
  const navigate = useNavigate();
  return useCaller().tenants.map((tenant) => ({
    id: `tenant${tenant.tenant_id}`,
    label: tenant.name,
    hint: text.tenant,
    run: () => void navigate({ to: "/t/$tenant", params: { tenant: tenant.tenant_id } }),
  }));
}
