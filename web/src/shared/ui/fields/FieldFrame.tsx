import { type ReactNode, useId } from "react";

import classes from "./Field.module.css";

/** What ties an input to its label and its error; spread onto the input. */
export interface FieldIds {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
  "aria-label": string | undefined;
  className: string | undefined;
}

interface FieldFrameProps {
  label: string;
  /** A cell of a grid has its label for screen readers only: the column's head shows it. */
  labelled?: "above" | "aside";
  error?: string | undefined;
  hint?: string | undefined;
  children: (ids: FieldIds) => ReactNode;
}

/** Label above, input, and below it what is wrong or good to know. */
export function FieldFrame({ label, labelled = "above", error, hint, children }: FieldFrameProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={classes["field"]}>
      {labelled === "above" && (
        <label htmlFor={id} className={classes["label"]}>
          {label}
        </label>
      )}
      {children({
        id,
        "aria-invalid": error === undefined ? undefined : true,
        "aria-describedby": note === undefined ? undefined : `${id}-note`,
        "aria-label": labelled === "aside" ? label : undefined,
        className: classes["input"],
      })}
      {note !== undefined && (
        <p id={`${id}-note`} className={error === undefined ? classes["hint"] : classes["error"]}>
          {note}
        </p>
      )}
    </div>
  );
}
