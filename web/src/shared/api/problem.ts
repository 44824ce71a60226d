import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

/** The server said no, and why. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** When it may be tried again, where the server says so. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Nothing that can be read came back: what was asked for may have happened or not. */
export class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super("The server did not answer.", { cause });
    this.name = "NoAnswerError";
  }
}

/** The problem's code, or an empty string where the error is none of the server's. */
export function codeOf(error: unknown): string {
  return error instanceof ProblemError ? error.problem.code : "";
}

/** What is wrong with the field at this JSON pointer (or query parameter); undefined where nothing is. */
export function fieldError(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.errors?.find((field) => field.pointer === pointer)?.detail;
}

/** The same, where a problem of this code is about that field as a whole. */
export function fieldProblem(error: unknown, pointer: string, code: string): string | undefined {
  return error instanceof ProblemError && error.problem.code === code
    ? error.problem.detail
    : fieldError(error, pointer);
}

function hasCode(body: object): body is Problem {
  return "code" in body && "title" in body && "detail" in body;
}

export function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && hasCode(body);
}
