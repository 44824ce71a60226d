import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Account } from "@/shared/accounts/accounts";
import { formatDateLong } from "@/shared/date/format";
import { NoAnswerError } from "@/shared/api/problem";
import type { Tenant, TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { ClosingEntry } from "./ClosingEntry";
import { useCloseYear, useReopenYear } from "./mutations";
import classes from "./periods.module.css";
import { periodQueries } from "./queries";
import { periodText } from "./text";

interface CloseYearDialogProps {
  tenant: Tenant;
  year: string;
  accounts: readonly Account[];
  onClose: () => void;
}

/** The entry that closes a year, to be read before it is posted. */
export function CloseYearDialog({ tenant, year, accounts, onClose }: CloseYearDialogProps) {
  const text = useText(periodText);
  const { format } = useLocale();
  const equity = accounts.filter(({ type, active }) => type === "equity" && active);
  const usual = equity.filter(({ subtype }) => subtype === "retained");
  const [retained, setRetained] = useState(usual.length === 1 ? (usual[0]?.code ?? "") : "");
  const closing = useQuery({
    ...periodQueries.year(tenant.tenant_id, year, retained),
    enabled: retained !== "",
  });
  const close = useCloseYear(tenant.tenant_id, year);
  const entry = closing.data?.entry ?? null;
  const closedBy = closing.data?.closed_by ?? null;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={text.closeYearTitle(year)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (entry !== null) close.start(retained, onClose);
        }}
      >
        <NativeSelect
          label={text.retained}
          value={retained}
          data-autofocus
          onChange={(event) => setRetained(event.currentTarget.value)}
        >
          <option value="" />
          {equity.map(({ id, code, name }) => (
            <option key={id} value={code}>
              {code} {name}
            </option>
          ))}
        </NativeSelect>
        {closing.isError && !(close.error instanceof NoAnswerError) && (
          <ProblemView error={closing.error} />
        )}
        {closing.isLoading && <Loading rows={6} />}
        {closedBy !== null && <StatusMark status="ok">{text.closedBy(closedBy)}</StatusMark>}
        {closing.data !== undefined && closedBy === null && (
          <div className={classes["part"]} aria-live="polite">
            <h3>{text.preview}</h3>
            {entry === null ? (
              <p>{text.nothingLeft}</p>
            ) : (
              <>
                <p className={classes["dim"]}>
                  {text.onDay(formatDateLong(closing.data.last_day, format))}: {entry.description}
                </p>
                <ClosingEntry lines={entry.lines} accounts={accounts} base={tenant.base_currency} />
              </>
            )}
          </div>
        )}
        {close.error !== null && closedBy === null && <ProblemView error={close.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={entry === null} loading={close.isPending}>
            {text.doCloseYear}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface ReopenYearDialogProps {
  tenant: TenantId;
  year: string;
  /** The year is open again, whatever became of the answer. */
  isDone: boolean;
  onClose: () => void;
}

export function ReopenYearDialog({ tenant, year, isDone, onClose }: ReopenYearDialogProps) {
  const text = useText(periodText);
  const [reason, setReason] = useState("");
  const reopen = useReopenYear(tenant, year);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.reopenYearTitle(year)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          reopen.start(reason, onClose);
        }}
      >
        <p>{text.reopenYearSays}</p>
        <TextInput
          label={text.reason}
          maxLength={1000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {isDone && <StatusMark status="ok">{text.openYear}</StatusMark>}
        {reopen.error !== null && !isDone && <ProblemView error={reopen.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button
            type="submit"
            disabled={isDone || reason.trim() === ""}
            loading={reopen.isPending}
          >
            {text.doReopenYear}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
