import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";

import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { type ChosenFile, chosenFile, FILE_BYTES_MAX } from "./file";
import classes from "./imports.module.css";
import { importText } from "./text";

/** The first step: a file, whose content says what it is. */
export function FileStep({ onFile }: { onFile: (file: ChosenFile) => void }) {
  const text = useText(importText);
  const id = useId();
  const [size, setSize] = useState(0);
  const reading = useMutation({ mutationFn: chosenFile, onSuccess: onFile });
  return (
    <div className={classes["file"]}>
      <label htmlFor={id}>{text.choose}</label>
      <input
        id={id}
        type="file"
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          setSize(file?.size ?? 0);
          if (file !== undefined && file.size <= FILE_BYTES_MAX) reading.mutate(file);
        }}
      />
      <p id={`${id}-hint`} className={classes["dim"]}>
        {text.chooseHint}
      </p>
      {size > FILE_BYTES_MAX && <StatusMark status="danger">{text.tooLarge}</StatusMark>}
      {reading.error !== null && <ProblemView error={reading.error} />}
    </div>
  );
}
