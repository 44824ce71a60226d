import { defineText } from "@/shared/text/text";

const en = {
  title: "New entry",
  draftTitle: (id: number) => `Draft ${id}`,
  date: "Date",
  reference: "Ref",
  description: "Description",
  tags: "Tags",
  tagsHint: "dept=hq, project=atlas",
  lateReason: "Why it is late",
  lines: "Lines",
  columns: {
    account: "Account",
    memo: "Memo",
    currency: "Currency",
    debit: "Debit",
    credit: "Credit",
    worth: "Worth",
  },
  worthIn: (currency: string) => `Worth in ${currency}`,
  cell: (column: string, line: number) => `${column}, line ${line}`,
  remove: (line: number) => `Remove line ${line}`,
  addLine: "Add line",
  removed: "Line removed.",
  undo: "Undo",
  balanced: "Balanced",
  outBy: (figure: string, currency: string, side: "debit" | "credit") =>
    `Out by ${figure} ${currency}: ${side} missing`,
  balanceHint: "= in an empty amount fills it",
  worthHint: (currency: string) => `or state what each ${currency} line is worth`,
  post: "Post",
  postNew: "Post & new",
  saveDraft: "Save draft",
  discard: "Discard",
  posting: "Posting …",
  unanswered:
    "The server has not answered. It is asked again until it does; the entry can't be posted twice.",
  savedDraft: (id: number) => `Saved as draft ${id}.`,
  kept: "Kept in this browser",
  changedElsewhere: "Somebody else has saved this draft since you opened it.",
  keepMine: "Save mine over it",
  takeTheirs: "Show theirs",
  alike: (number: number, date: string) => `Looks like entry ${number} of ${date}`,
  sameLines: "same amounts on the same accounts that day",
  sameReference: "same reference",
  group: "Entry",
  keys: {
    above: "Same column, line above",
    below: "Same column, line below",
    copyAbove: "Copy the line above",
    remove: "Remove the line",
  },
  locked: (day: string) => `Locked for good up to ${day}: date the entry after it.`,
  closed: (day: string) => `Closed up to ${day}: date it after, or say why it is late.`,
  faults: {
    no_date: "Give a date.",
    bad_tags: "Write tags as name=value, with commas between.",
    no_account: "Choose an account.",
    no_amount: "Give a debit or a credit.",
    unreadable: "This can't be read.",
    few_lines: "An entry has at least two lines.",
    out_of_balance: "Debits and credits differ.",
  },
};

export type EditorText = typeof en;

export const editorText = defineText<EditorText>({ en });
