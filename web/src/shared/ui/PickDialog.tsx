import { Modal, TextInput } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";

import { useText } from "@/shared/text/text";

import { best, NOTHING_TYPED, type Typed } from "./pick";
import classes from "./PickDialog.module.css";
import { uiText } from "./text";

export interface PickItem {
  id: string;
  label: string;
  /** What stands behind the label: what kind of thing it is. */
  hint?: string;
  run: () => void;
}

interface PickDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Of the dialog and its field. */
  label: string;
  /** What is said when nothing fits. */
  nothing: string;
  items: readonly PickItem[];
  /** Whether others are on their way: Enter then waits for them, and takes what fits best of all. */
  isLoading?: boolean;
  /** What was typed before the dialog was there. */
  ahead?: Typed;
}

/** A dialog in which one types a few letters and picks with the arrows and Enter. */
export function PickDialog({ opened, onClose, label, ...rest }: PickDialogProps) {
  const text = useText(uiText);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={label}
      yOffset="10vh"
      size="lg"
      closeButtonProps={{ "aria-label": text.close }}
      returnFocus={false}
    >
      <Picker label={label} onClose={onClose} {...rest} />
    </Modal>
  );
}

function Picker({
  onClose,
  label,
  nothing,
  items,
  isLoading = false,
  ahead = NOTHING_TYPED,
}: Omit<PickDialogProps, "opened">) {
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(ahead);
  const [at, setAt] = useState(0);
  const found = best(items, typed.text);
  const current = found[at];

  // At once, not with a later task as the dialog would do it: who types on without a pause types into the field.
  useLayoutEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  const pick = (item: PickItem): void => {
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isLoading) setTyped({ ...typed, enter: "waits" });
      else if (current !== undefined) pick(current);
    }
  };
  useEffect(() => {
    if (typed.enter === "waits" && !isLoading && current !== undefined) pick(current);
  });

  return (
    <>
      <TextInput
        ref={field}
        data-autofocus
        aria-label={label}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={current === undefined ? undefined : `${list}-${current.id}`}
        autoComplete="off"
        value={typed.text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped({ ...NOTHING_TYPED, text: event.currentTarget.value });
          setAt(0);
        }}
      />
      <div
        role="listbox"
        id={list}
        aria-label={label}
        aria-busy={isLoading}
        className={classes["list"]}
      >
        {found.map((item, index) => (
          // The field keeps the focus and tells the current option by aria-activedescendant.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={item.id}
            id={`${list}-${item.id}`}
            role="option"
            aria-selected={index === at}
            className={classes["option"]}
            onClick={() => pick(item)}
            onMouseMove={() => setAt(index)}
          >
            <span>{item.label}</span>
            <span className={classes["hint"]}>{item.hint}</span>
          </div>
        ))}
      </div>
      <p role="status" className={classes["nothing"]}>
        {found.length === 0 && !isLoading ? nothing : ""}
      </p>
    </>
  );
}
