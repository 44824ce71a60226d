import type { ReactNode } from "react";

import table from "./table.module.css";

interface TableFrameProps {
  /** What the table is about, for who can't see that it scrolls. */
  label: string;
  children: ReactNode;
}

/** A plain table that scrolls sideways by itself where the page is narrow; by keys too. */
export function TableFrame({ label, children }: TableFrameProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
    <div className={table["scroll"]} role="region" aria-label={label} tabIndex={0}>
      <table className={table["table"]}>{children}</table>
    </div>
  );
}
