import { Button } from "@mantine/core";

import { NoAnswerError, ProblemError } from "@/shared/api/problem";
import { useText } from "@/shared/text/text";

import { ErrorIcon } from "./icons";
import classes from "./ProblemView.module.css";
import { uiText } from "./text";

interface ProblemViewProps {
  error: unknown;
  /** Asks again; without it there is nothing to press. */
  onRetry?: (() => void) | undefined;
}

/** What went wrong, in the server's words, with the request's id and a way to try again. */
export function ProblemView({ error, onRetry }: ProblemViewProps) {
  const text = useText(uiText);
  const { title, detail, id } = wordsFor(error, text);
  return (
    <div className={classes["problem"]} role="alert">
      <ErrorIcon />
      <div>
        <p className={classes["title"]}>{title}</p>
        <p className={classes["detail"]}>{detail}</p>
        {id !== null && (
          <p className={classes["id"]}>
            {text.requestId} <code>{id}</code>
          </p>
        )}
        {onRetry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRetry} className="no-print">
            {text.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

function wordsFor(error: unknown, text: (typeof uiText)["en"]) {
  if (error instanceof ProblemError) {
    return { title: error.problem.title, detail: error.problem.detail, id: error.problem.instance };
  }
  if (error instanceof NoAnswerError) {
    return { title: text.unreachable, detail: text.unreachableDetail, id: null };
  }
  return {
    title: text.unexpected,
    detail: error instanceof Error ? error.message : String(error),
    id: null,
  };
}
