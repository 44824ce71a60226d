import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { NamedProblem } from "@/shared/ui/NamedProblem";

import type { PeriodAct } from "./acts";
import { Checks } from "./Checks";
import { useActOnPeriod } from "./mutations";
import classes from "./periods.module.css";
import { periodText } from "./text";

interface ActDialogProps {
  tenant: TenantId;
  period: string;
  act: PeriodAct;
  onClose: () => void;
}

/** One act on a period. What can't be taken back is typed. */
export function ActDialog({ tenant, period, act, onClose }: ActDialogProps) {
  const text = useText(periodText);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const acting = useActOnPeriod(tenant, period);
  const wrong = fieldError(acting.error, "/reason");
  const isReady = reason.trim() !== "" && (act !== "lock" || typed.trim() === period);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.confirm[act](period)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) acting.mutate({ act, reason }, { onSuccess: onClose });
        }}
      >
        <p>{text.says[act]}</p>
        {(act === "close" || act === "lock") && <Checks tenant={tenant} period={period} />}
        <TextInput
          label={text.reason}
          maxLength={1000}
          data-autofocus
          value={reason}
          error={wrong}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {act === "lock" && (
          <TextInput
            label={text.typePeriod(period)}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {acting.error !== null && wrong === undefined && (
          <NamedProblem error={acting.error} say={({ detail }) => detail} />
        )}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={!isReady} loading={acting.isPending}>
            {text.confirm[act](period)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
