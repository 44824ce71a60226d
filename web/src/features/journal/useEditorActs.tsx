import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@mantine/core";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";

import { accountQueries } from "@/shared/accounts/accounts";
import { codeOf, ProblemError } from "@/shared/api/problem";
import { formatDate } from "@/shared/date/format";
import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { bodyOf, draftOf, formOf } from "./body";
import { focusCell } from "./cells";
import { afterOwnChange, type DraftRef, readDraft, saveDraft } from "./drafts";
import { editorText } from "./editorText";
import type { EntryEditorProps } from "./EntryEditor";
import { type Action, type EntryForm, newForm } from "./form";
import { isUnanswered } from "./mutations";
import { journalQueries } from "./queries";
import { isOfAccounts, nameOf, refusalsOf } from "./refusals";
import { dropUnfinished, keepUnfinished, placeFor, type Unfinished } from "./unfinished";
import { usePosting } from "./usePosting";

interface ActsProps extends EntryEditorProps {
  form: EntryForm;
  dispatch: (action: Action) => void;
  root: RefObject<HTMLFormElement | null>;
}

export interface EditorActs {
  post: (then: "open" | "new") => void;
  save: () => void;
  /** The draft on the server, once there is one. */
  draft: DraftRef | null;
  /** To be called when a document of the draft has come or gone. */
  documentChanged: () => Promise<void>;
  discard: () => void;
  /** What is wrong, by the name of its cell or field. */
  errors: Readonly<Record<string, string>>;
  /** An error that belongs to no field. */
  problem: unknown;
  notice: ReactNode;
  /** Whether this browser has kept the form as it is now. */
  kept: boolean;
  isBusy: boolean;
}

const KEEP_MS = 1000;
const NO_ERRORS: Readonly<Record<string, string>> = {};

/** Posting, saving and keeping of the entry that is edited. */
export function useEditorActs(props: ActsProps): EditorActs {
  const { tenant, user, start, form, dispatch, terms, root } = props;
  const words = useText(editorText);
  const queryClient = useQueryClient();
  const place = placeFor(tenant, user, start.draft?.id ?? null);
  const state = useRef<Unfinished>(start);
  const [draft, setDraft] = useState<DraftRef | null>(start.draft);
  const [kept, setKept] = useState<EntryForm>(start.form);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>(NO_ERRORS);
  const posting = usePosting(tenant, () => dropUnfinished(place));
  const { standing, error } = posting;
  const isBusy = standing === "sending" || standing === "unanswered";

  const keepNow = async (change: Partial<Unfinished>) => {
    state.current = { ...state.current, form, ...change };
    await keepUnfinished(place, state.current);
    setKept(form);
  };
  useEffect(() => {
    if (form === kept || isBusy) return undefined;
    const timer = window.setTimeout(() => {
      state.current = { ...state.current, form };
      void keepUnfinished(place, state.current).then(() => setKept(form));
    }, KEEP_MS);
    return () => window.clearTimeout(timer);
  });

  const order = (sent: NonNullable<Unfinished["order"]>, then: "open" | "new") =>
    posting.post(sent.order, {
      onPosted: (posted) => props.onPosted(posted, form, then),
      onRefused: (why) => {
        if (isUnanswered(why)) return; // it may be in the books: only the same question may follow
        void keepNow({ order: null });
        showRefusal(why, sent.lines);
      },
    });
  const showRefusal = (why: unknown, lines: readonly number[]) => {
    const found = refusalsOf(why, form, lines);
    show(found.map(({ at, text }) => [nameOf(at), text]));
    if (isOfAccounts(why)) {
      void queryClient.invalidateQueries({ queryKey: accountQueries.all(tenant).queryKey });
    }
  };
  const show = (found: (readonly [string, string])[]) => {
    setFaults(Object.fromEntries(found));
    focusCell(root.current, found[0]?.[0] ?? "");
  };
  // What was sent before the page closed is asked about again, not sent anew: the key is the same.
  const resumed = useRef(false);
  useEffect(() => {
    if (start.order === null || resumed.current) return;
    resumed.current = true;
    order(start.order, "open");
  });

  const saving = useMutation({
    mutationFn: (ref: DraftRef | null) =>
      saveDraft(tenant, ref, `${start.key}-draft`, draftOf(form, terms)),
    onSuccess: async (saved) => {
      setDraft(saved);
      await keepNow({ draft: saved });
      void queryClient.invalidateQueries({ queryKey: journalQueries.drafts(tenant).queryKey });
    },
  });
  const taking = useMutation({
    mutationFn: async (whose: "mine" | "theirs") => {
      const found = await readDraft(tenant, draft?.id ?? 0);
      if (whose === "mine") return saving.mutateAsync(found.ref);
      dispatch({ type: "replace", form: formOf(found.entry, props.today, props.accounts, terms) });
      setDraft(found.ref);
      saving.reset();
      return found.ref;
    },
  });

  const post = async (then: "open" | "new") => {
    const body = bodyOf(form, terms);
    if ("faults" in body) {
      show(body.faults.map(({ at, kind }) => [nameOf(at), words.faults[kind]]));
      return;
    }
    setFaults(NO_ERRORS);
    let ref = draft;
    if (ref !== null) ref = await saving.mutateAsync(ref);
    const sent = {
      order:
        ref === null
          ? ({ what: "entry", key: start.key, entry: body.entry } as const)
          : ({ what: "draft", id: ref.id, etag: ref.etag } as const),
      lines: body.keys,
    };
    // Kept before it is sent: whatever happens in between, the same question can be asked again.
    await keepNow({ order: sent, draft: ref });
    order(sent, then);
  };

  const conflict = codeOf(saving.error) !== "" && isChanged(saving.error);
  const discard = () => {
    void dropUnfinished(place);
    const date = form.date.date;
    const fresh = newForm(
      { text: formatDate(date, terms.locale), date, stepped: null },
      terms.base,
    );
    setKept(fresh);
    setFaults(NO_ERRORS);
    posting.reset();
    dispatch({ type: "replace", form: fresh });
    focusCell(root.current, "date");
  };

  return {
    post: (then) => void post(then).catch(() => undefined), // `saving` shows what went wrong
    save: () => saving.mutate(draft),
    draft,
    documentChanged: async () => {
      if (draft === null) return;
      const found = await afterOwnChange(tenant, draft);
      setDraft(found);
      await keepNow({ draft: found });
    },
    discard,
    errors: faults,
    problem: conflict
      ? null
      : (saving.error ??
        taking.error ??
        (standing === "refused" && isUnanswered(error) ? error : null)),
    kept: form === kept && form !== start.form,
    isBusy,
    notice: (
      <div role="status" aria-live="polite">
        {standing === "unanswered" && <StatusMark status="warn">{words.unanswered}</StatusMark>}
        {saving.isSuccess && standing === "idle" && (
          <StatusMark status="ok">{words.savedDraft(saving.data.id)}</StatusMark>
        )}
        {conflict && (
          <>
            <StatusMark status="warn">{words.changedElsewhere}</StatusMark>{" "}
            <Button size="compact-sm" variant="default" onClick={() => taking.mutate("theirs")}>
              {words.takeTheirs}
            </Button>{" "}
            <Button size="compact-sm" variant="default" onClick={() => taking.mutate("mine")}>
              {words.keepMine}
            </Button>
          </>
        )}
      </div>
    ),
  };
}

/** Somebody else has saved it meanwhile (412), or posts it now (409). */
function isChanged(error: unknown): boolean {
  return error instanceof ProblemError && [409, 412].includes(error.problem.status);
}
