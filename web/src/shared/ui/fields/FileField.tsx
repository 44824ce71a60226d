import type { RefObject } from "react";

import classes from "./Field.module.css";
import { FieldFrame } from "./FieldFrame";

interface FileFieldProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  /** Endings or media types that the browser's dialog offers. */
  accept?: string;
  /** A folder with all that is in it, instead of one file. */
  isFolder?: boolean;
  input?: RefObject<HTMLInputElement | null>;
  /** Empty where the choice was given up. */
  onFiles: (files: readonly File[]) => void;
}

/** The browser's own field for files, which takes what is dropped on it too. */
export function FileField({ label, hint, error, isFolder = false, ...props }: FileFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          className={`${classes["input"]} ${classes["file"]}`}
          type="file"
          accept={props.accept}
          ref={props.input}
          webkitdirectory={isFolder ? "" : undefined}
          onChange={(event) => props.onFiles([...(event.currentTarget.files ?? [])])}
        />
      )}
    </FieldFrame>
  );
}
