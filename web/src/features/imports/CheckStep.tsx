import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import type { AccountIndex } from "@/shared/accounts/match";
import { useLocale, useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import { type ChosenFile, lineOf } from "./file";
import { type Answers, FindingRow } from "./FindingRow";
import { type Finding, findingsOf, type ImportReport, isOpen } from "./findings";
import classes from "./imports.module.css";
import { importText } from "./text";

export interface Answer {
  words: string;
  onUndo: () => void;
}

interface CheckStepProps extends Answers {
  file: ChosenFile;
  report: ImportReport;
  /** A newer one is on its way. */
  isOld: boolean;
  answered: readonly Answer[];
  accounts: AccountIndex;
  isImporting: boolean;
  /** What kept the import from being done. */
  refusal: ReactNode;
  onImport: () => void;
  onBack: () => void;
}

/** The third step: all that the server would do, and what it asks before. */
export function CheckStep(props: CheckStepProps) {
  const { file, report, isOld, answered } = props;
  const text = useText(importText);
  const count = useCount();
  const findings = findingsOf(report);
  const open = findings.filter(isOpen).length;
  const unseen = report.problem_count - report.problems.length;
  const total = report.posted + report.repeated + report.without_lines;
  const isNothing = open === 0 && report.posted === 0;
  return (
    <div className={isOld ? classes["old"] : undefined} aria-busy={isOld}>
      <p>
        <strong>{file.name}</strong>, {text.format} {text.formats[file.format]}:{" "}
        {text.entries(count(total), count(findings.length))}
      </p>
      {answered.length > 0 && (
        <ul className={classes["answered"]} aria-label={text.answers}>
          {answered.map(({ words, onUndo }) => (
            <li key={words}>
              {words}{" "}
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={`${text.undo}: ${words}`}
                onClick={onUndo}
              >
                {text.undo}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p aria-live="polite">{open === 0 && <StatusMark status="ok">{text.clean}</StatusMark>}</p>
      {findings.length > 0 && (
        <Section title={text.findings}>
          <ul className={classes["findings"]}>
            {findings.map((finding) => (
              <FindingRow
                key={keyOf(finding)}
                {...props}
                finding={finding}
                line={lineOf(file, finding.line)}
              />
            ))}
          </ul>
          {unseen > 0 && <p className={classes["dim"]}>{text.more(count(unseen))}</p>}
        </Section>
      )}
      <Effect report={report} />
      <Remarks report={report} />
      {props.refusal}
      <div className={classes["acts"]}>
        <Button
          disabled={open > 0 || isOld || isNothing}
          loading={props.isImporting}
          onClick={props.onImport}
          aria-describedby="import-why"
        >
          {text.doImport}
        </Button>
        <Button variant="default" onClick={props.onBack} disabled={props.isImporting}>
          {text.back}
        </Button>
        <span id="import-why" className={classes["dim"]} aria-live="polite">
          {open > 0 && text.needsNone(count(open))}
          {isNothing && text.nothingNew}
        </span>
      </div>
    </div>
  );
}

function keyOf(finding: Finding): string {
  const what =
    finding.kind === "new-account"
      ? finding.account.account
      : finding.kind === "question"
        ? finding.question.option
        : finding.kind === "error"
          ? finding.problem.reason
          : "";
  return `${finding.kind} ${finding.line} ${finding.column} ${what}`;
}

function useCount(): (number: number) => string {
  const { format } = useLocale();
  return (number) => new Intl.NumberFormat(format).format(number);
}

function Effect({ report }: { report: ImportReport }) {
  const text = useText(importText);
  const count = useCount();
  return (
    <Section title={text.effect}>
      <p>
        {text.effectOf(count(report.posted), count(report.repeated))}
        {report.left_out > 0 && ` ${text.leftOut(count(report.left_out))}`}
        {report.accounts_made > 0 && ` ${text.made(count(report.accounts_made))}`}
      </p>
      {report.effects.length > 0 && (
        <TableFrame label={text.effect}>
          <thead>
            <tr>
              <th scope="col">{text.account}</th>
              <th scope="col" className={classes["amount"]}>
                {text.change}
              </th>
              <th scope="col" className={classes["amount"]}>
                {text.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.effects.map(({ account_code, account, commodity, change, after }) => (
              <tr key={`${account_code} ${commodity}`}>
                <th scope="row">
                  {account_code === account ? account : `${account_code} ${account}`}
                </th>
                <td className={`${classes["amount"]} ${table["number"]}`}>
                  <Amount value={change} currency={commodity} />
                </td>
                <td className={`${classes["amount"]} ${table["number"]}`}>
                  <Amount value={after} currency={commodity} />
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}

function Remarks({ report }: { report: ImportReport }) {
  const text = useText(importText);
  if (report.remarks.length === 0) return null;
  return (
    <Section title={text.remarks}>
      <ul>
        {report.remarks.map((remark) => (
          <li key={`${remark.line} ${remark.column} ${remark.text}`}>
            {remark.line > 0 && `${remark.line}:${remark.column} `}
            {remark.text}
          </li>
        ))}
      </ul>
    </Section>
  );
}
