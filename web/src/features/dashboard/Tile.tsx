import type { ReactNode } from "react";

import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./dashboard.module.css";

interface TileProps {
  label: string;
  /** The figure as a link; nothing while it comes. */
  children: ReactNode;
  error: Error | null;
  onRetry: () => void;
  /** Says more than a figure. */
  isWide?: boolean;
}

/** One figure, or what else there is to know. Where it can't be had, the others stand. */
export function Tile({ label, children, error, onRetry, isWide = false }: TileProps) {
  return (
    <section className={`${classes["tile"]} ${isWide ? classes["wide"] : ""}`} aria-label={label}>
      <h2 className={classes["label"]}>{label}</h2>
      {error === null ? (
        <div className={classes["figure"]}>{children}</div>
      ) : (
        <ProblemView error={error} onRetry={onRetry} />
      )}
    </section>
  );
}
