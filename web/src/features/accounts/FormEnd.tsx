import type { ReactNode } from "react";

import { ProblemError } from "@/shared/api/problem";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./AccountForm.module.css";

interface FormEndProps {
  error: Error | null;
  children: ReactNode;
}

/** A form's acts, below what was refused of the whole; what was refused of a field stands at the field. */
export function FormEnd({ error, children }: FormEndProps) {
  const isAtFields = error instanceof ProblemError && error.problem.errors !== undefined;
  return (
    <>
      {error !== null && !isAtFields && <ProblemView error={error} />}
      <div className={classes["acts"]}>{children}</div>
    </>
  );
}
