import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { newIdempotencyKey } from "@/shared/api/client";
import { fieldError } from "@/shared/api/problem";
import { parseDate } from "@/shared/date/parse";
import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { DateField, dateEntryOf } from "@/shared/ui/fields/DateField";
import { FieldFrame } from "@/shared/ui/fields/FieldFrame";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./Journal.module.css";
import { isUnanswered, type Posted, reverse, waitBeforeAsking } from "./mutations";
import type { Entry } from "./proof";
import { journalText } from "./text";

interface ReversalFormProps {
  tenant: TenantId;
  entry: Entry;
  today: string;
  onPosted: (posted: Posted) => void;
  onCancel: () => void;
}

/** The opposite of an entry: its lines are known, its day is prefilled, why is asked. */
export function ReversalForm({ tenant, entry, today, onPosted, onCancel }: ReversalFormProps) {
  const words = useText(journalText);
  const { format } = useLocale();
  const queryClient = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  const [date, setDate] = useState(() => dateEntryOf(entry.date, format));
  const [reason, setReason] = useState("");
  const posting = useMutation({
    networkMode: "always",
    mutationFn: (day: string) => reverse(tenant, entry.number, key, { reason, date: day }),
    retry: (_attempt: number, error: Error) => isUnanswered(error),
    retryDelay: waitBeforeAsking,
    onSuccess: (posted) => {
      void queryClient.invalidateQueries({ queryKey: [tenant] });
      onPosted(posted);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const reading = parseDate(date.text, date.date, format);
    if (reading.ok && !posting.isPending) posting.mutate(reading.date);
  };
  const wrongDate = fieldError(posting.error, "/date");
  const wrongReason = fieldError(posting.error, "/reason");

  return (
    <form className={classes["section"]} onSubmit={submit} aria-labelledby="reversal">
      <h2 id="reversal">{words.reverseTitle(entry.number)}</h2>
      <p className={classes["dim"]}>{words.reverseHint}</p>
      <div className={classes["filters"]}>
        <DateField
          label={words.reversalDate}
          entry={date}
          onChange={setDate}
          today={today}
          error={wrongDate}
        />
        <FieldFrame label={words.reversalReason} error={wrongReason}>
          {(ids) => (
            <input
              {...ids}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the form was just asked for, and this is what it lacks
              autoFocus
              required
              maxLength={1000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </FieldFrame>
      </div>
      {posting.error !== null && wrongDate === undefined && wrongReason === undefined && (
        <ProblemView error={posting.error} />
      )}
      <Button type="submit" loading={posting.isPending}>
        {words.postReversal}
      </Button>{" "}
      <Button variant="subtle" onClick={onCancel} disabled={posting.isPending}>
        {words.cancel}
      </Button>
    </form>
  );
}
