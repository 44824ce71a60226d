import { useText } from "@/shared/text/text";

import classes from "./Journal.module.css";
import type { Attachment } from "./queries";
import { journalText } from "./text";

interface DocumentProps {
  document: Attachment;
  /** Of the entry's or draft's documents. */
  address: string;
}

/** A document, with the digest that it is kept under. */
export function Document({ document, address }: DocumentProps) {
  const words = useText(journalText);
  const { sha256, name, bytes, attached_by: by } = document;
  return (
    <dl className={classes["facts"]}>
      <dt>
        <a href={`${address}/${sha256}`}>{name}</a>
      </dt>
      <dd>
        {words.entryBytes(bytes)} · {by}
      </dd>
      <dt>{words.digest}</dt>
      <dd className={classes["hash"]}>{sha256}</dd>
    </dl>
  );
}
