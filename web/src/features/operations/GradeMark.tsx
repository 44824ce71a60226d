import { useText } from "@/shared/text/text";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import type { Grade } from "./queries";
import { operationsText } from "./text";

const statuses = {
  ok: "ok",
  warn: "warn",
  danger: "danger",
  no_data: "no-data",
} satisfies Record<Grade, Status>;

/** How a figure stands: icon, word and colour. */
export function GradeMark({ grade }: { grade: Grade }) {
  const { grades } = useText(operationsText);
  return <StatusMark status={statuses[grade]}>{grades[grade]}</StatusMark>;
}
