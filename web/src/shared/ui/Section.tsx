import { type ReactNode, useId } from "react";

import classes from "./Section.module.css";

interface SectionProps {
  title: string;
  /** What stands beside the title, such as a status. */
  mark?: ReactNode;
  children: ReactNode;
}

/** A part of a page under a heading of its own. */
export function Section({ title, mark, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes["section"]}>
      <div className={classes["head"]}>
        <h2 id={id}>{title}</h2>
        {mark}
      </div>
      {children}
    </section>
  );
}
