import { Link } from "@tanstack/react-router";

import { reportText } from "@/features/reports/text";
import { useText } from "@/shared/text/text";

/** From a report without entries to the same one of all days. */
export function AllDays() {
  const text = useText(reportText);
  return (
    <Link to="." search={{ from: "start", to: "end" }}>
      {text.showAll}
    </Link>
  );
}
