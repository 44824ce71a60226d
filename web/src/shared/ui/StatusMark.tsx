import type { ReactNode } from "react";

import { ErrorIcon, InfoIcon, NoDataIcon, OkIcon, WarnIcon } from "./icons";
import classes from "./StatusMark.module.css";

export type Status = "ok" | "warn" | "danger" | "info" | "no-data";

const icons = {
  ok: OkIcon,
  warn: WarnIcon,
  danger: ErrorIcon,
  info: InfoIcon,
  "no-data": NoDataIcon,
} satisfies Record<Status, unknown>;

interface StatusMarkProps {
  status: Status;
  /** The state in words: colour and icon say it again, never alone. */
  children: ReactNode;
}

/** A state by icon, word and colour. */
export function StatusMark({ status, children }: StatusMarkProps) {
  const Mark = icons[status];
  return (
    <span className={classes["mark"]} data-status={status}>
      <Mark />
      <span>{children}</span>
    </span>
  );
}
