import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { FileField } from "@/shared/ui/fields/FileField";
import { ProblemView } from "@/shared/ui/ProblemView";

import { type ChosenFile, chosenFile, FILE_BYTES_MAX } from "./file";
import classes from "./imports.module.css";
import { importText } from "./text";

/** The first step: a file, whose content says what it is. */
export function FileStep({ onFile }: { onFile: (file: ChosenFile) => void }) {
  const text = useText(importText);
  const [size, setSize] = useState(0);
  const reading = useMutation({ mutationFn: chosenFile, onSuccess: onFile });
  return (
    <div className={classes["file"]}>
      <FileField
        label={text.choose}
        hint={text.chooseHint}
        error={size > FILE_BYTES_MAX ? text.tooLarge : undefined}
        onFiles={([file]) => {
          setSize(file?.size ?? 0);
          if (file !== undefined && file.size <= FILE_BYTES_MAX) reading.mutate(file);
        }}
      />
      {reading.error !== null && <ProblemView error={reading.error} />}
    </div>
  );
}
