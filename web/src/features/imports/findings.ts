import type { components } from "@/shared/api/schema";

export type ImportReport = components["schemas"]["ImportReport"];
export type ImportProblem = components["schemas"]["ImportProblem"];
export type ImportQuestion = components["schemas"]["ImportQuestion"];
export type NewAccount = components["schemas"]["ImportAccount"];

/** What is to be seen of a file, in the order of its lines. */
export type Finding = { line: number; column: number } & (
  | { kind: "error"; problem: ImportProblem }
  | { kind: "unknown-account"; account: string; alike: number }
  | { kind: "question"; question: ImportQuestion }
  | { kind: "new-account"; account: NewAccount }
  | { kind: "same"; number: number }
);

/** Each problem once: what has the same answer is one finding, where it is first. */
export function findingsOf(report: ImportReport): Finding[] {
  const findings: Finding[] = report.questions.map((question) => ({
    kind: "question",
    line: question.line,
    column: question.column,
    question,
  }));
  const isAsked = ({ line, column }: ImportProblem): boolean =>
    report.questions.some((question) => question.line === line && question.column === column);
  const unknown = new Map<string, number>();
  for (const { account } of report.problems) {
    if (account !== null) unknown.set(account, (unknown.get(account) ?? 0) + 1);
  }
  for (const problem of report.problems) {
    const { line, column, account } = problem;
    if (account === null) {
      if (!isAsked(problem)) findings.push({ kind: "error", line, column, problem });
    } else if (unknown.has(account)) {
      const alike = unknown.get(account) ?? 1;
      findings.push({ kind: "unknown-account", line, column, account, alike });
      unknown.delete(account);
    }
  }
  for (const account of report.new_accounts) {
    findings.push({ kind: "new-account", line: account.line, column: 1, account });
  }
  for (const { line, number } of report.repeats) {
    findings.push({ kind: "same", line, column: 1, number });
  }
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** An account whose type nothing tells has to be looked at before it is made for good. */
export function isOpen(finding: Finding): boolean {
  switch (finding.kind) {
    case "error":
    case "unknown-account":
    case "question":
      return true;
    case "new-account":
      return finding.account.type_assumed;
    case "same":
      return false;
  }
}
