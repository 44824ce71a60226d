import { Button } from "@mantine/core";

import { ProblemError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import classes from "./AccountForm.module.css";
import { accountsText } from "./text";

interface FormEndProps {
  error: Error | null;
  isPending: boolean;
  onCancel: () => void;
}

/** A form's acts, below what was refused of the whole; what was refused of a field stands at the field. */
export function FormEnd({ error, isPending, onCancel }: FormEndProps) {
  const text = useText(accountsText);
  const isAtFields = error instanceof ProblemError && error.problem.errors !== undefined;
  return (
    <>
      {error !== null && !isAtFields && <ProblemView error={error} />}
      <div className={classes["acts"]}>
        <Button type="submit" loading={isPending}>
          {text.save}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {text.cancel}
        </Button>
      </div>
    </>
  );
}
