import { Button, Modal, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { fieldError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./incidents.module.css";
import { useCloseIncident, useFileIncident } from "./mutations";
import type { IncidentSeverity } from "./queries";
import { emptyReport, reportFields, reportOf } from "./report";
import { incidentsText } from "./text";

const severities: readonly IncidentSeverity[] = ["p0", "p1", "p2"];

export function FileIncidentDialog({ onClose }: { onClose: () => void }) {
  const text = useText(incidentsText);
  const [severity, setSeverity] = useState<IncidentSeverity>("p2");
  const [title, setTitle] = useState("");
  const file = useFileIncident();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={text.fileTitle}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          file.mutate({ severity, title }, { onSuccess: onClose });
        }}
      >
        <NativeSelect
          label={text.severity}
          data={severities.map((value) => ({ value, label: text.severities[value] }))}
          value={severity}
          onChange={(event) =>
            setSeverity(severities.find((one) => one === event.target.value) ?? "p2")
          }
        />
        <TextInput
          label={text.what}
          maxLength={200}
          data-autofocus
          value={title}
          error={fieldError(file.error, "/title")}
          onChange={(event) => setTitle(event.target.value)}
        />
        {file.error !== null && <ProblemView error={file.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={title.trim() === ""} loading={file.isPending}>
            {text.fileNow}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface CloseIncidentDialogProps {
  incident: string;
  onClose: () => void;
}

/** Every part of the report that the plan asks for. */
export function CloseIncidentDialog({ incident, onClose }: CloseIncidentDialogProps) {
  const text = useText(incidentsText);
  const [form, setForm] = useState(emptyReport);
  const close = useCloseIncident(incident);
  const report = reportOf(form);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={text.closeTitle(incident)}
      closeButtonProps={{ "aria-label": text.cancel }}
    >
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (report !== null) close.mutate(report, { onSuccess: onClose });
        }}
      >
        {reportFields.map((field) => (
          <TextInput
            key={field}
            label={text.fields[field]}
            maxLength={4000}
            value={form[field]}
            error={fieldError(close.error, `/${field}`)}
            onChange={(event) => setForm({ ...form, [field]: event.target.value })}
          />
        ))}
        <Textarea
          label={text.timeline}
          description={text.timelineHint}
          rows={3}
          value={form.timeline}
          error={fieldError(close.error, "/timeline")}
          onChange={(event) => setForm({ ...form, timeline: event.target.value })}
        />
        {close.error !== null && <ProblemView error={close.error} />}
        <div className={classes["acts"]}>
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" disabled={report === null} loading={close.isPending}>
            {text.closeNow}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
