import { ProblemError, type Problem } from "@/shared/api/problem";

import { ProblemView } from "./ProblemView";

type NamedError = NonNullable<Problem["errors"]>[number];

interface NamedProblemProps {
  error: unknown;
  /** What to say of one of the things that the server names. */
  say: (named: NamedError) => string;
}

/** A problem with each thing that it names, where they belong to no field of the page. */
export function NamedProblem({ error, say }: NamedProblemProps) {
  const named = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  return (
    <>
      <ProblemView error={error} />
      {named.length > 0 && (
        <ul>
          {named.map((one) => (
            <li key={one.pointer}>{say(one)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
