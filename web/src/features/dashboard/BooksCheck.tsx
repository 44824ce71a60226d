import type { ReactNode } from "react";

import { useLocale, useText } from "@/shared/text/text";
import { Moment } from "@/shared/ui/Moment";
import { StatusMark } from "@/shared/ui/StatusMark";

import { breachesOf, type IntegrityCheck, isGood } from "./check";
import classes from "./dashboard.module.css";
import { dashboardText } from "./text";

interface BooksCheckProps {
  check: IntegrityCheck;
  /** Makes the state the link to where it can be seen. */
  linkTo: (state: ReactNode) => ReactNode;
}

/** Whether the books are as they must be: by what, when, and up to which entry that was seen. */
export function BooksCheck({ check, linkTo }: BooksCheckProps) {
  const text = useText(dashboardText);
  const { format } = useLocale();
  const state = isGood(check) ? (
    <StatusMark status="ok">{text.booksGood}</StatusMark>
  ) : (
    <StatusMark status="danger">{text.booksWrong}</StatusMark>
  );
  return (
    <>
      <p className={classes["state"]}>{linkTo(state)}</p>
      <p className={classes["note"]}>
        {text.booksUpTo(new Intl.NumberFormat(format).format(check.last_entry))} ·{" "}
        <Moment at={check.at} />
        <br />
        {isGood(check) ? text.booksBy : breachesOf(check).join("; ")}
      </p>
    </>
  );
}
