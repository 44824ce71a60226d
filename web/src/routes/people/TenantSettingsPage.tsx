import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { CalendarForm, NameForm } from "@/features/settings/TenantForms";
import { tenantText } from "@/features/settings/tenantText";
import { calendarQuery } from "@/shared/calendar/calendar";
import { may } from "@/shared/session/permissions";
import { roleText } from "@/shared/session/roleText";
import { useTenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Facts } from "@/shared/ui/Facts";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { Section } from "@/shared/ui/Section";

import { tenantSettingsRoute } from "./area";

/** What the tenant is called and when its days and years begin: for owners to change, for others to read. */
export function TenantSettingsPage(): ReactElement {
  const text = useText(tenantText);
  const roles = useText(roleText);
  const { tenant: id } = tenantSettingsRoute.useParams();
  const tenant = useTenant(id);
  const calendar = useQuery(calendarQuery(id));
  const mayChange = may(tenant.role, "tenant.configure");
  const { data: known } = calendar;
  return (
    <Page title={text.title} width="narrow">
      <Section title={text.about}>
        {mayChange ? (
          <NameForm tenant={tenant} />
        ) : (
          <Facts facts={[{ name: text.name, value: tenant.name }]} />
        )}
        <Facts
          facts={[
            {
              name: text.currency,
              value: `${tenant.base_currency}. ${text.currencyHint}`,
            },
            { name: text.role, value: roles[tenant.role] },
          ]}
        />
      </Section>
      <Section title={text.calendar}>
        {calendar.isPending && <Loading rows={3} />}
        {calendar.isError && (
          <ProblemView error={calendar.error} onRetry={() => void calendar.refetch()} />
        )}
        {known !== undefined && mayChange && <CalendarForm tenant={tenant} calendar={known} />}
        {known !== undefined && !mayChange && (
          <Facts
            facts={[
              { name: text.yearStart, value: known.fiscal_year_start },
              { name: text.zone, value: known.time_zone },
            ]}
          />
        )}
        {!mayChange && <p>{text.onlyOwners}</p>}
      </Section>
    </Page>
  );
}
