import { TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { Calendar } from "@/shared/calendar/calendar";
import { CalendarFields } from "@/shared/calendar/CalendarFields";
import type { Tenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Form } from "@/shared/ui/Form";

import { useRenameTenant, useSetCalendar } from "./mutations";
import { Saved } from "./Saved";
import { tenantText } from "./tenantText";

export function NameForm({ tenant }: { tenant: Tenant }) {
  const text = useText(tenantText);
  const [name, setName] = useState(tenant.name);
  const rename = useRenameTenant(tenant.tenant_id);
  return (
    <Form
      onSubmit={() => rename.mutate(name.trim())}
      submit={text.rename}
      error={rename.error}
      isPending={rename.isPending}
      isIncomplete={name.trim() === tenant.name}
    >
      <TextInput
        label={text.name}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(rename.error, "/name")}
      />
      <Saved isSaved={rename.isSuccess && name.trim() === tenant.name} />
    </Form>
  );
}

interface CalendarFormProps {
  tenant: Tenant;
  calendar: Calendar;
}

export function CalendarForm({ tenant, calendar }: CalendarFormProps) {
  const text = useText(tenantText);
  const { fiscal_year_start, time_zone } = calendar;
  const [plan, setPlan] = useState({ fiscal_year_start, time_zone });
  const set = useSetCalendar(tenant.tenant_id);
  const isSame =
    plan.fiscal_year_start === fiscal_year_start && plan.time_zone.trim() === time_zone;
  return (
    <Form
      onSubmit={() => set.mutate({ ...plan, time_zone: plan.time_zone.trim() })}
      submit={text.setCalendar}
      error={set.error}
      isPending={set.isPending}
      isIncomplete={isSame}
    >
      <CalendarFields plan={plan} onChange={setPlan} error={set.error} />
      <Saved isSaved={set.isSuccess && isSame} />
    </Form>
  );
}
