import type { ReactNode } from "react";

import classes from "./EmptyView.module.css";

interface EmptyViewProps {
  /** One sentence: why nothing is here. */
  children: ReactNode;
  /** The one act that changes it. */
  action?: ReactNode;
}

/** Where there is nothing to show: a sentence and one way on. */
export function EmptyView({ children, action }: EmptyViewProps) {
  return (
    <div className={classes["empty"]}>
      <p>{children}</p>
      {action}
    </div>
  );
}
