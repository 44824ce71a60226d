import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";

import type { Account, AccountId } from "@/shared/accounts/accounts";
import { folded, matching, type AccountIndex } from "@/shared/accounts/match";
import { useText } from "@/shared/text/text";

import classes from "./AccountField.module.css";
import { FieldFrame } from "./FieldFrame";
import { fieldText } from "./text";

/** What an account field holds: what is typed, and which account that has become. */
export interface AccountEntry {
  text: string;
  id: AccountId | null;
}

export const NO_ACCOUNT: AccountEntry = { text: "", id: null };

export function accountEntryOf(account: Account): AccountEntry {
  return { text: `${account.code} ${account.name}`, id: account.id };
}

interface AccountFieldProps {
  label: string;
  labelled?: "above" | "aside";
  entry: AccountEntry;
  onChange: (entry: AccountEntry) => void;
  /** What may be chosen. */
  index: AccountIndex;
  /** Those chosen lately, the last first. */
  recent: readonly AccountId[];
  error?: string | undefined;
  readOnly?: boolean;
  cell?: string;
}

/** An account by the beginning of its code or of its name's words. Tab and Enter take what is marked. */
export function AccountField(props: AccountFieldProps) {
  const { entry, onChange, index, recent, readOnly } = props;
  const words = useText(fieldText);
  const list = useId();
  const [open, setOpen] = useState(false);
  const [focused, setFocused] = useState(false);
  const [marked, setMarked] = useState(0);
  // Enter takes what is marked and leaves the field, before anything is drawn anew.
  const taken = useRef(false);
  const offered = useMemo(
    () => (open ? matching(index, entry.id === null ? entry.text : "", recent) : []),
    [open, index, entry, recent],
  );
  const unknown = !focused && entry.id === null && entry.text.trim() !== "";

  const take = (account: Account) => {
    taken.current = true;
    onChange(accountEntryOf(account));
    setOpen(false);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && readOnly !== true) {
      event.preventDefault();
      event.stopPropagation();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (open) setMarked(Math.min(Math.max(marked + step, 0), offered.length - 1));
      setOpen(true);
      return;
    }
    if (!open) return;
    const account = offered[marked];
    if ((event.key === "Enter" || event.key === "Tab") && account !== undefined) take(account);
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const leave = () => {
    setFocused(false);
    setOpen(false);
    const exact = index.byCode.get(folded(entry.text.trim()));
    if (!taken.current && entry.id === null && exact !== undefined) onChange(accountEntryOf(exact));
  };

  return (
    <FieldFrame
      label={props.label}
      labelled={props.labelled ?? "above"}
      error={props.error ?? (unknown ? words.noAccount : undefined)}
    >
      {(ids) => (
        <>
          <input
            {...ids}
            role="combobox"
            aria-expanded={open}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={open && offered.length > 0 ? `${list}-${marked}` : undefined}
            data-cell={props.cell}
            autoComplete="off"
            spellCheck={false}
            readOnly={readOnly}
            value={entry.text}
            onChange={(event) => {
              taken.current = false;
              onChange({ text: event.currentTarget.value, id: null });
              setMarked(0);
              setOpen(true);
            }}
            onKeyDown={press}
            onFocus={(event) => {
              setFocused(true);
              event.currentTarget.select();
            }}
            onBlur={leave}
          />
          <div
            id={list}
            role="listbox"
            aria-label={words.offered}
            hidden={!open || offered.length === 0}
            className={classes["list"]}
          >
            {offered.map((account, place) => (
              // Keys are the input's: the focus stays there.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={account.id}
                id={`${list}-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === marked}
                ref={place === marked ? intoView : null}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(account)}
              >
                <span className={classes["code"]}>{account.code}</span>
                <span className={classes["name"]}>{account.name}</span>
                <span className={classes["type"]}>{account.commodity}</span>
              </div>
            ))}
          </div>
        </>
      )}
    </FieldFrame>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}
