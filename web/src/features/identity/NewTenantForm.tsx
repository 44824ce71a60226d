import { TextInput } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";

import { fieldError } from "@/shared/api/problem";
import { CalendarFields } from "@/shared/calendar/CalendarFields";
import type { Chart } from "@/shared/charts/charts";
import { ChartSelect } from "@/shared/charts/ChartSelect";
import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { Form } from "@/shared/ui/Form";

import { useCreateTenant } from "./mutations";
import { newTenantText } from "./newTenantText";

interface NewTenantFormProps {
  charts: readonly Chart[];
  onMade: (tenant: TenantId) => void;
}

/** Name, currency, chart and calendar; a press that comes to nothing is pressed again, and makes one tenant. */
export function NewTenantForm({ charts, onMade }: NewTenantFormProps) {
  const text = useText(newTenantText);
  const { format } = useLocale();
  const currencies = useId();
  const create = useCreateTenant();
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => nameField.current?.focus(), []);
  const [name, setName] = useState("");
  const [chart, setChart] = useState(charts[0]?.chart ?? "");
  const [currency, setCurrency] = useState("");
  const [plan, setPlan] = useState({
    fiscal_year_start: "01-01",
    time_zone: browserZone(),
  });
  const { error } = create;
  const names = new Intl.DisplayNames([format], { type: "currency" });

  const submit = () =>
    create.mutate(
      {
        name: name.trim(),
        base_currency: currency.trim().toUpperCase(),
        chart: chart === "" ? null : chart,
        fiscal_year_start: plan.fiscal_year_start,
        time_zone: plan.time_zone.trim(),
      },
      { onSuccess: ({ tenant_id }) => onMade(tenant_id) },
    );

  return (
    <Form
      onSubmit={submit}
      submit={text.make}
      error={error}
      isPending={create.isPending}
      isIncomplete={name.trim() === "" || currency.trim() === ""}
    >
      <TextInput
        ref={nameField}
        label={text.name}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(error, "/name")}
      />
      <TextInput
        label={text.currency}
        description={text.currencyHint}
        list={currencies}
        autoComplete="off"
        value={currency}
        onChange={(event) => setCurrency(event.currentTarget.value)}
        error={fieldError(error, "/base_currency")}
      />
      <datalist id={currencies}>
        {Intl.supportedValuesOf("currency").map((code) => (
          <option key={code} value={code}>
            {names.of(code)}
          </option>
        ))}
      </datalist>
      <ChartSelect
        charts={charts}
        value={chart}
        onChange={setChart}
        error={fieldError(error, "/chart")}
        mayBeNone
      />
      <CalendarFields plan={plan} onChange={setPlan} error={error} />
    </Form>
  );
}

function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
