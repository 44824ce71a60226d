import type { ReactNode } from "react";

import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./dashboard.module.css";

interface TileProps {
  label: string;
  /** The figure as a link; nothing while it comes. */
  children: ReactNode;
  error: Error | null;
  onRetry: () => void;
}

/** One figure. Where it can't be had, the others stand. */
export function Tile({ label, children, error, onRetry }: TileProps) {
  return (
    <section className={classes["tile"]} aria-label={label}>
      <h2 className={classes["label"]}>{label}</h2>
      {error === null ? (
        <p className={classes["figure"]}>{children}</p>
      ) : (
        <ProblemView error={error} onRetry={onRetry} />
      )}
    </section>
  );
}
