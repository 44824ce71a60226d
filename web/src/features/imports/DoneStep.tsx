import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import type { ImportReport } from "./findings";
import classes from "./imports.module.css";
import { importText } from "./text";

interface DoneStepProps {
  tenant: TenantId;
  report: ImportReport;
  onAnother: () => void;
}

/** The last step: what came of it, and as which batch it can be undone. */
export function DoneStep({ tenant, report, onAnother }: DoneStepProps) {
  const text = useText(importText);
  const { format } = useLocale();
  const count = (number: number): string => new Intl.NumberFormat(format).format(number);
  return (
    <div role="status">
      <StatusMark status="ok">{report.batch === null ? text.doneNothing : text.done}</StatusMark>
      <p>{text.effectOf(count(report.posted), count(report.repeated))}</p>
      {report.batch !== null && (
        <p>
          {text.asBatch(report.batch)}{" "}
          <Link to="/t/$tenant/journal/$number" params={{ tenant, number: report.batch }}>
            {text.openFirst(report.batch)}
          </Link>
        </p>
      )}
      <div className={classes["acts"]}>
        <Button variant="default" onClick={onAnother}>
          {text.another}
        </Button>
      </div>
    </div>
  );
}
