import { NativeSelect } from "@mantine/core";

import { useText } from "@/shared/text/text";

import type { Chart } from "./charts";
import { chartText } from "./text";

interface ChartSelectProps {
  charts: readonly Chart[];
  /** By name; "" is none. */
  value: string;
  onChange: (chart: string) => void;
  error: string | undefined;
  /** Whether none may be chosen, too. */
  mayBeNone?: boolean;
}

/** A choice of the ready-made charts. */
export function ChartSelect({ charts, value, onChange, error, mayBeNone }: ChartSelectProps) {
  const text = useText(chartText);
  return (
    <NativeSelect
      label={text.chart}
      description={text.chartHint}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {charts.map((one) => (
        <option key={one.chart} value={one.chart}>
          {text.charts[one.chart] ?? one.title} ({text.accounts(one.accounts)})
        </option>
      ))}
      {mayBeNone === true && <option value="">{text.noChart}</option>}
    </NativeSelect>
  );
}
