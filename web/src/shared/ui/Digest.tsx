import { UnstyledButton } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";

import classes from "./Digest.module.css";
import { digestText } from "./digestText";

/** "9f2c-71ab": enough to compare at a glance. */
export function shortDigest(hex: string): string {
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}`;
}

interface DigestProps {
  /** Hexadecimal. */
  value: string;
  /** All of it, where people compare it with what they have elsewhere. */
  isWhole?: boolean;
}

/** A digest or fingerprint, with a button that copies all of it. */
export function Digest({ value, isWhole = false }: DigestProps) {
  const text = useText(digestText);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <span className={classes["digest"]}>
      <code title={value}>{isWhole ? value : shortDigest(value)}</code>
      <UnstyledButton
        className={`${classes["copy"]} no-print`}
        aria-label={text.copy(shortDigest(value))}
        onClick={() => void copy()}
      >
        {isCopied ? text.copied : text.copyShort}
      </UnstyledButton>
    </span>
  );
}
