import type { ReactNode } from "react";

import { useText } from "@/shared/text/text";

import { documentText } from "./documentText";
import type { Attachment } from "./documents";
import classes from "./Journal.module.css";

interface DocumentProps {
  document: Attachment;
  /** Of the entry's or draft's documents. */
  address: string;
  /** What can be done with it. */
  act: ReactNode;
}

/** A document, with the digest that it is kept under. */
export function Document({ document, address, act }: DocumentProps) {
  const words = useText(documentText);
  const { sha256, name, bytes, attached_by: by } = document;
  return (
    <dl className={classes["document"]}>
      <dt>
        <a href={`${address}/${sha256}`}>{name}</a>
      </dt>
      <dd>
        {words.bytes(bytes)} · {by} {act}
      </dd>
      <dt>{words.digest}</dt>
      <dd className={classes["hash"]}>{sha256}</dd>
    </dl>
  );
}
