import type { ReactNode } from "react";

import { Actor } from "@/shared/actors/Actor";
import { useText } from "@/shared/text/text";

import { documentText } from "./documentText";
import type { Attachment } from "./documents";
import classes from "./Journal.module.css";

interface DocumentProps {
  document: Attachment;
  /** Who attached it, in words; null where nobody is known. */
  attachedBy: string | null;
  /** Of the entry's or draft's documents. */
  address: string;
  /** What can be done with it. */
  act: ReactNode;
}

/** A document, with the digest that it is kept under. */
export function Document({ document, attachedBy, address, act }: DocumentProps) {
  const words = useText(documentText);
  const { sha256, name, bytes, attached_by: by } = document;
  return (
    <dl className={classes["document"]}>
      <dt>
        <a href={`${address}/${sha256}`}>{name}</a>
      </dt>
      <dd>
        {words.bytes(bytes)} · <Actor actor={by} words={attachedBy} /> {act}
      </dd>
      <dt>{words.digest}</dt>
      <dd className={classes["hash"]}>{sha256}</dd>
    </dl>
  );
}
