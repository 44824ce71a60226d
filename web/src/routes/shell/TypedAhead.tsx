import { NOTHING_TYPED, type Typed } from "@/shared/ui/pick";

import classes from "./Shell.module.css";

interface TypedAheadProps {
  label: string;
  typed: Typed;
  onType: (typed: Typed) => void;
  onClose: () => void;
}

/** Stands where a dialog to pick from is still being loaded: what is typed meanwhile is for it, and no key of the page's. */
export function TypedAhead({ label, typed, onType, onClose }: TypedAheadProps) {
  return (
    <input
      className={classes["ahead"]}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- a key has opened it, and typing begins at once
      autoFocus
      autoComplete="off"
      value={typed.text}
      onChange={(event) => onType({ ...NOTHING_TYPED, text: event.currentTarget.value })}
      onKeyDown={({ key }) => {
        if (key === "Enter") onType({ ...typed, enter: "waits" });
        if (key === "Escape") onClose();
      }}
      onBlur={onClose}
    />
  );
}
