import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";

import { ProblemError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";

import classes from "./Form.module.css";
import { ProblemView } from "./ProblemView";
import { uiText } from "./text";

interface FormProps {
  onSubmit: () => void;
  /** On the button that sends it. */
  submit: string;
  isPending: boolean;
  error: Error | null;
  /** Whether there is nothing to send yet. */
  isIncomplete?: boolean;
  children: ReactNode;
}

interface EndProps extends Omit<FormProps, "onSubmit"> {
  className: string | undefined;
  onSubmit: () => void;
  onCancel?: (() => void) | undefined;
}

/** Fields, what was refused of the whole, acts. What was refused of a field stands at the field. */
function Fields({ className, onSubmit, onCancel, children, ...end }: EndProps) {
  const text = useText(uiText);
  const isAtFields = end.error instanceof ProblemError && end.error.problem.errors !== undefined;
  return (
    <form
      className={className}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {end.error !== null && !isAtFields && <ProblemView error={end.error} />}
      <div className={classes["acts"]}>
        {onCancel !== undefined && (
          <Button variant="default" onClick={onCancel}>
            {text.cancel}
          </Button>
        )}
        <Button type="submit" loading={end.isPending} disabled={end.isIncomplete ?? false}>
          {end.submit}
        </Button>
      </div>
    </form>
  );
}

/** A form that stands on a page. */
export function Form(props: FormProps) {
  return <Fields className={classes["form"]} {...props} />;
}

interface FormDialogProps extends FormProps {
  title: string;
  onClose: () => void;
}

/** A form in a dialog; given up by Escape. */
export function FormDialog({ title, onClose, ...form }: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Fields className={`${classes["form"]} ${classes["dialog"]}`} onCancel={onClose} {...form} />
    </Dialog>
  );
}

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const text = useText(uiText);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": text.close }}>
      {children}
    </Modal>
  );
}

/** What came of a dialog's act, and the way out. */
export function DialogEnd({ onClose, children }: Omit<DialogProps, "title">) {
  const text = useText(uiText);
  return (
    <div className={`${classes["form"]} ${classes["dialog"]}`}>
      {children}
      <div className={classes["acts"]}>
        <Button onClick={onClose}>{text.close}</Button>
      </div>
    </div>
  );
}
