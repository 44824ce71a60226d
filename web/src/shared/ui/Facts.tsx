import type { ReactNode } from "react";

import classes from "./Facts.module.css";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names with their values, side by side where there is room. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes["facts"]}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
