import type { ReactNode } from "react";

import classes from "./Card.module.css";

interface CardProps {
  children: ReactNode;
}

/** A page before any books are open: one card in the middle. */
export function Card({ children }: CardProps) {
  return (
    <main className={classes["page"]}>
      <div className={classes["card"]}>
        <p className={classes["name"]}>AccuBooks</p>
        {children}
      </div>
    </main>
  );
}
