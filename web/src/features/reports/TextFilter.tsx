import { TextInput } from "@mantine/core";
import { useState } from "react";

interface TextFilterProps {
  label: string;
  description: string;
  value: string;
  inputMode?: "numeric" | "text";
  /** Called with what was typed, at Enter or when the field is left. */
  onSettle: (typed: string) => void;
}

/** A text of the URL: what is typed becomes it at Enter, or when the field is left. */
export function TextFilter({ value, onSettle, ...rest }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  const settle = (): void => {
    if (typed !== value) onSettle(typed);
  };
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === "Enter") settle();
      }}
    />
  );
}
