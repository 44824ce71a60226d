import { Button } from "@mantine/core";
import { type KeyboardEvent, useMemo, useReducer, useRef } from "react";
import { flushSync } from "react-dom";

import type { AccountId } from "@/shared/accounts/accounts";
import type { AccountIndex } from "@/shared/accounts/match";
import type { Calendar } from "@/shared/calendar/calendar";
import { useHeldKeys } from "@/shared/keys/ahead";
import { useKeys } from "@/shared/keys/useKeys";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";

import { AlikeWarning } from "./AlikeWarning";
import { Balance } from "./Balance";
import { bodyOf } from "./body";
import { focusCell, focusNext, focusSameColumn, lineOfCell } from "./cells";
import { Documents } from "./Documents";
import { editorText } from "./editorText";
import classes from "./EntryEditor.module.css";
import { EntryHead } from "./EntryHead";
import { type Action, type EntryForm, isUsed, reduce, type Terms } from "./form";
import { LineRow } from "./LineRow";
import type { Posted } from "./mutations";
import type { Unfinished } from "./unfinished";
import { useEditorActs } from "./useEditorActs";

export interface EntryEditorProps {
  tenant: TenantId;
  user: string;
  /** What it begins with: empty, a draft, or what this browser kept. */
  start: Unfinished;
  terms: Terms;
  accounts: AccountIndex;
  recent: readonly AccountId[];
  calendar: Calendar;
  today: string;
  onPosted: (posted: Posted, form: EntryForm, then: "open" | "new") => void;
}

/** An entry in the making. Every act has a key; nothing is posted before the server says so. */
export function EntryEditor(props: EntryEditorProps) {
  const { tenant, start, terms, accounts, calendar } = props;
  const words = useText(editorText);
  const root = useRef<HTMLFormElement>(null);
  useHeldKeys();
  const [form, dispatch] = useReducer(
    (before: EntryForm, action: Action) => reduce(before, action, terms),
    start.form,
  );
  const acts = useEditorActs({ ...props, form, dispatch, root });
  const { errors, isBusy } = acts;
  const body = useMemo(() => bodyOf(form, terms), [form, terms]);
  const hasWorth = form.lines.some((line) => line.currency !== terms.base);

  const addLine = () => {
    const key = form.nextKey;
    flushSync(() => dispatch({ type: "add" }));
    focusCell(root.current, `${key}:account`);
  };
  const press = (event: KeyboardEvent<HTMLFormElement>) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || event.nativeEvent.isComposing) return;
    const name = cell.dataset["cell"] ?? "";
    const at = lineOfCell(name);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const isFilled = cell.value.trim() !== "";
      const isLast = !focusNext(event.currentTarget, name, isFilled);
      const line = form.lines.find(({ key }) => key === at?.key);
      if (isLast && line !== undefined && isUsed(line)) addLine();
    }
  };

  useKeys([
    { keys: "Ctrl+Enter", label: words.post, group: words.group, run: () => acts.post("open") },
    {
      keys: "Ctrl+Shift+Enter",
      label: words.postNew,
      group: words.group,
      run: () => acts.post("new"),
    },
    { keys: "Ctrl+S", label: words.saveDraft, group: words.group, run: acts.save },
    {
      keys: "Alt+ArrowUp",
      label: words.keys.above,
      group: words.group,
      repeats: true,
      run: () => onCell((name) => focusSameColumn(root.current, name, -1)),
    },
    {
      keys: "Alt+ArrowDown",
      label: words.keys.below,
      group: words.group,
      repeats: true,
      run: () => onCell((name) => focusSameColumn(root.current, name, 1)),
    },
    {
      keys: "Alt+D",
      label: words.keys.copyAbove,
      group: words.group,
      run: () => onCell((_name, key) => dispatch({ type: "copyAbove", key })),
    },
    {
      keys: "Alt+Backspace",
      label: words.keys.remove,
      group: words.group,
      run: () =>
        onCell((name, key) => {
          focusSameColumn(root.current, name, key === form.lines[0]?.key ? 1 : -1);
          dispatch({ type: "remove", key });
        }),
    },
    ...(form.removed === null
      ? []
      : [
          {
            keys: "Ctrl+Z",
            label: words.undo,
            group: words.group,
            run: () => dispatch({ type: "undo" }),
          },
        ]),
  ]);

  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the cells bubble to here */}
      <form
        ref={root}
        className={classes["editor"]}
        onKeyDown={press}
        onSubmit={(event) => event.preventDefault()}
        aria-busy={isBusy}
      >
        <EntryHead
          form={form}
          terms={terms}
          today={props.today}
          calendar={calendar}
          errors={errors}
          readOnly={isBusy}
          dispatch={dispatch}
        />
        <div
          className={classes["lines"]}
          data-worth={hasWorth}
          role="group"
          aria-label={words.lines}
        >
          <div className={classes["heads"]} aria-hidden="true">
            <span />
            <span>{words.columns.account}</span>
            <span>{words.columns.memo}</span>
            <span>{words.columns.currency}</span>
            <span>{words.columns.debit}</span>
            <span>{words.columns.credit}</span>
            {hasWorth && <span>{words.worthIn(terms.base)}</span>}
          </div>
          {form.lines.map((line, index) => (
            <LineRow
              key={line.key}
              line={line}
              place={index + 1}
              terms={terms}
              accounts={accounts}
              recent={props.recent}
              hasWorth={hasWorth}
              errors={errors}
              readOnly={isBusy}
              dispatch={dispatch}
            />
          ))}
        </div>
        <Balance form={form} terms={terms} />
        {errors["whole"] !== undefined && (
          <p role="alert" className={classes["whole"]}>
            {errors["whole"]}
          </p>
        )}
        <AlikeWarning tenant={tenant} entry={"entry" in body && !isBusy ? body.entry : null} />
        {acts.notice}
        {acts.problem !== null && <ProblemView error={acts.problem} />}
        <div className={classes["acts"]}>
          <Button onClick={() => acts.post("open")} disabled={isBusy}>
            {isBusy ? words.posting : words.post} <kbd>Ctrl Enter</kbd>
          </Button>
          <Button variant="default" onClick={() => acts.post("new")} disabled={isBusy}>
            {words.postNew}
          </Button>
          <Button variant="default" onClick={acts.save} disabled={isBusy}>
            {words.saveDraft} <kbd>Ctrl S</kbd>
          </Button>
          <Button variant="subtle" onClick={addLine} disabled={isBusy}>
            {words.addLine}
          </Button>
          <Button variant="subtle" onClick={acts.discard} disabled={isBusy}>
            {words.discard}
          </Button>
          <span className={classes["hint"]}>{acts.kept && words.kept}</span>
        </div>
        {form.removed !== null && (
          <p role="status" className={classes["hint"]}>
            {words.removed}{" "}
            <Button size="compact-xs" variant="default" onClick={() => dispatch({ type: "undo" })}>
              {words.undo}
            </Button>
          </p>
        )}
      </form>
      {acts.draft !== null && (
        <Documents
          tenant={tenant}
          owner={{ what: "draft", id: acts.draft.id }}
          access={isBusy ? "read" : "write"}
          onChanged={acts.documentChanged}
        />
      )}
    </>
  );
}

/** Acts on the cell that has the focus, if it is one of a line. */
function onCell(act: (name: string, key: number) => void): void {
  const focused = document.activeElement;
  const name = focused instanceof HTMLElement ? (focused.dataset["cell"] ?? "") : "";
  const line = lineOfCell(name);
  if (line !== null) act(name, line.key);
}
