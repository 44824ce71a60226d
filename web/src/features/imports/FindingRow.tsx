import { Button, NativeSelect } from "@mantine/core";
import { type ReactNode, useState } from "react";

import type { AccountType } from "@/shared/accounts/accounts";
import type { AccountIndex } from "@/shared/accounts/match";
import { useLocale, useText } from "@/shared/text/text";
import { AccountField, NO_ACCOUNT } from "@/shared/ui/fields/AccountField";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";

import type { Finding } from "./findings";
import classes from "./imports.module.css";
import { importText } from "./text";

export interface Answers {
  onReading: (option: string, value: string) => void;
  onAccount: (account: string, code: string) => void;
  /** Says of which type a new account is; absent where the file says it of each. */
  onType: ((account: string, type: AccountType) => void) | undefined;
  /** Makes the account; absent for who may not. */
  onCreate: ((account: string) => void) | undefined;
}

interface FindingRowProps extends Answers {
  finding: Finding;
  /** The line of the file, for a person to look at. */
  line: string;
  accounts: AccountIndex;
}

const accountTypes: readonly AccountType[] = ["asset", "liability", "equity", "revenue", "expense"];

/** What is to be seen at one line, and what there is to answer. */
export function FindingRow(props: FindingRowProps) {
  const { finding, line } = props;
  const text = useText(importText);
  const [status, word] = statusOf(finding, text);
  return (
    <li className={classes["finding"]}>
      <span className={classes["place"]}>
        {finding.line > 0 && `${finding.line}:${finding.column}`}
      </span>
      <StatusMark status={status}>{word}</StatusMark>
      <div>
        <Said {...props} />
        {line !== "" && (
          <details className={classes["line"]}>
            <summary>{text.showLine}</summary>
            <pre>{line}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

function statusOf(finding: Finding, text: (typeof importText)["en"]): [Status, string] {
  switch (finding.kind) {
    case "error":
    case "unknown-account":
      return ["danger", text.kinds.error];
    case "question":
      return ["warn", text.kinds.asks];
    case "new-account":
      return finding.account.type_assumed ? ["warn", text.kinds.asks] : ["info", text.kinds.new];
    case "same":
      return ["info", text.kinds.same];
  }
}

function Said(props: FindingRowProps): ReactNode {
  const { finding, onReading, onCreate } = props;
  const text = useText(importText);
  const { format } = useLocale();
  const alike = (count: number): string =>
    count > 1 ? ` ${text.alike(new Intl.NumberFormat(format).format(count))}.` : "";
  switch (finding.kind) {
    case "error":
      return <p>{finding.problem.reason}</p>;
    case "same":
      return <p>{text.same(finding.number)}</p>;
    case "question": {
      const { option, text: written, alike: count, readings } = finding.question;
      return (
        <>
          <p>
            {text.asks(written)}
            {alike(count)}
          </p>
          <div className={classes["answer"]} role="group" aria-label={text.forAll}>
            {readings.map(({ value, reads }) => (
              <Button
                key={value}
                variant="default"
                size="compact-md"
                onClick={() => onReading(option, value)}
              >
                {text.reads(text.readings[value] ?? value, reads)}
              </Button>
            ))}
          </div>
        </>
      );
    }
    case "unknown-account":
      return (
        <>
          <p>
            {text.unknown(finding.account)}
            {alike(finding.alike)}
          </p>
          <div className={classes["answer"]}>
            {onCreate !== undefined && (
              <Button variant="default" size="compact-md" onClick={() => onCreate(finding.account)}>
                {text.create}
              </Button>
            )}
            <MapTo {...props} account={finding.account} />
          </div>
        </>
      );
    case "new-account":
      return <NewAccountSaid {...props} account={finding.account} />;
  }
}

function NewAccountSaid(
  props: FindingRowProps & {
    account: { account: string; type: AccountType; type_assumed: boolean };
  },
) {
  const { account, onType } = props;
  const text = useText(importText);
  return (
    <>
      <p>
        {text.willBeMade(account.account)}
        {account.type_assumed && ` ${text.assumed}`}
      </p>
      <div className={classes["answer"]}>
        {onType !== undefined && (
          <NativeSelect
            label={text.type}
            value={account.type_assumed ? "" : account.type}
            onChange={(event) => {
              const type = accountTypes.find((one) => one === event.currentTarget.value);
              if (type !== undefined) onType(account.account, type);
            }}
          >
            {account.type_assumed && <option value="">{text.choosePlease}</option>}
            {accountTypes.map((type) => (
              <option key={type} value={type}>
                {text.types[type]}
              </option>
            ))}
          </NativeSelect>
        )}
        <MapTo {...props} account={account.account} />
      </div>
    </>
  );
}

function MapTo({
  account,
  accounts,
  onAccount,
}: Pick<FindingRowProps, "accounts" | "onAccount"> & { account: string }) {
  const text = useText(importText);
  const [entry, setEntry] = useState(NO_ACCOUNT);
  return (
    <div className={classes["accountField"]}>
      <AccountField
        label={text.mapTo}
        entry={entry}
        onChange={(next) => {
          setEntry(next);
          const chosen = next.id === null ? undefined : accounts.byId.get(next.id);
          if (chosen !== undefined) onAccount(account, chosen.code);
        }}
        index={accounts}
        recent={[]}
      />
    </div>
  );
}
