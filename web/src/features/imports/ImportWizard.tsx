import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { AccountIndex } from "@/shared/accounts/match";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";

import { CheckStep } from "./CheckStep";
import { DoneStep } from "./DoneStep";
import { FileStep } from "./FileStep";
import type { ChosenFile } from "./file";
import type { ImportReport } from "./findings";
import classes from "./imports.module.css";
import { guessed, type Pairs, rowName } from "./mapping";
import { MapStep } from "./MapStep";
import { useImport } from "./mutations";
import { importQueries, type Reading } from "./queries";
import type { Table } from "./rows";
import { importText } from "./text";
import { chosen, mapped, parted, read, type Said, saidIn, START, typed, unsaid } from "./wizard";

interface ImportWizardProps {
  tenant: TenantId;
  accounts: AccountIndex;
  /** That the books keep. */
  mappings: readonly { name: string; pairs: Pairs }[];
  /** Makes an account that a file names; absent for who may not. */
  onCreate: ((account: string) => void) | undefined;
}

const steps = ["file", "map", "check", "done"] as const;

/** From a file to its entries, in four steps. */
export function ImportWizard({ tenant, accounts, mappings, onCreate }: ImportWizardProps) {
  const text = useText(importText);
  const [wizard, setWizard] = useState(START);
  const [report, setReport] = useState<ImportReport | null>(null);
  const { step, file, reading } = wizard;
  const pairsOf = (table: Table): Pairs =>
    mappings.find(({ name }) => name === rowName(table))?.pairs ?? guessed(table);
  return (
    <>
      <ol className={classes["steps"]} aria-label={text.progress}>
        {steps.map((one, at) => (
          <li key={one} aria-current={one === step ? "step" : undefined}>
            {at + 1} {text.steps[one]}
          </li>
        ))}
      </ol>
      {step === "file" && <FileStep onFile={(next) => setWizard(chosen(next, pairsOf))} />}
      {step === "map" && reading.table !== null && (
        <MapStep
          key={reading.table.delimiter}
          tenant={tenant}
          table={reading.table}
          pairs={reading.pairs}
          saved={mappings}
          accounts={accounts}
          onDelimiter={(delimiter) => setWizard(parted(wizard, delimiter, pairsOf))}
          onDone={(pairs) =>
            setWizard({ ...wizard, step: "check", reading: { ...reading, pairs } })
          }
          onBack={() => setWizard(START)}
        />
      )}
      {step === "check" && file !== null && (
        <Checking
          tenant={tenant}
          file={file}
          reading={reading}
          accounts={accounts}
          onCreate={onCreate}
          onReading={(next) => setWizard({ ...wizard, reading: next })}
          onBack={() => setWizard(reading.table === null ? START : { ...wizard, step: "map" })}
          onDone={(done) => {
            setReport(done);
            setWizard({ ...START, step: "done" });
          }}
        />
      )}
      {step === "done" && report !== null && (
        <DoneStep tenant={tenant} report={report} onAnother={() => setWizard(START)} />
      )}
    </>
  );
}

interface CheckingProps {
  tenant: TenantId;
  file: ChosenFile;
  reading: Reading;
  accounts: AccountIndex;
  onCreate: ((account: string) => void) | undefined;
  onReading: (reading: Reading) => void;
  onBack: () => void;
  onDone: (report: ImportReport) => void;
}

/** Asks what the import would do, again with every answer. */
function Checking({ tenant, file, reading, onReading, onDone, ...rest }: CheckingProps) {
  const text = useText(importText);
  const preview = useQuery(importQueries.preview(tenant, file, reading));
  const importing = useImport(tenant);
  const words = (said: Said): string => {
    if (said.what === "account") return text.mapped(said.account, said.code);
    return said.what === "type"
      ? text.typed(said.account, text.types[said.type])
      : text.asRead(text.readings[said.value] ?? said.value);
  };
  if (preview.isPending) {
    return (
      <>
        <p>{text.checking}</p>
        <Loading rows={8} />
      </>
    );
  }
  if (preview.isError) {
    return (
      <>
        <ProblemView error={preview.error} onRetry={() => void preview.refetch()} />
        <button type="button" onClick={rest.onBack}>
          {text.back}
        </button>
      </>
    );
  }
  return (
    <CheckStep
      {...rest}
      file={file}
      report={preview.data}
      isOld={preview.isPlaceholderData || preview.isFetching}
      answered={saidIn(reading).map((said) => ({
        words: words(said),
        onUndo: () => onReading(unsaid(reading, said)),
      }))}
      onReading={(option, value) => onReading(read(reading, option, value))}
      onAccount={(account, code) => onReading(mapped(reading, account, code))}
      onType={
        file.format === "journal"
          ? (account, type) => onReading(typed(reading, account, type))
          : undefined
      }
      isImporting={importing.isPending}
      refusal={importing.error !== null && <ProblemView error={importing.error} />}
      onImport={() => importing.mutate({ file, reading }, { onSuccess: onDone })}
    />
  );
}
