import { Amount } from "@/shared/ui/Amount";
import { DASH } from "@/shared/money/format";

interface PercentProps {
  /** With one digit; null where nothing was before. */
  value: string | null;
}

export function Percent({ value }: PercentProps) {
  return value === null ? DASH : <Amount value={value} negative="brackets" />;
}
