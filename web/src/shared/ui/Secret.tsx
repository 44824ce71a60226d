import { Button } from "@mantine/core";
import { useState } from "react";

import { useText } from "@/shared/text/text";

import classes from "./Secret.module.css";
import { StatusMark } from "./StatusMark";
import { uiText } from "./text";

interface SecretProps {
  /** What it is, for who only hears it. */
  label: string;
  value: string;
}

/** What is told once: to be copied, or read off. */
export function Secret({ label, value }: SecretProps) {
  const text = useText(uiText);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <div className={classes["secret"]} role="group" aria-label={label}>
      <StatusMark status="warn">{text.toldOnce}</StatusMark>
      <code className={classes["value"]}>{value}</code>
      {/* Pages that aren't served over https have no clipboard. */}
      {"clipboard" in navigator && (
        <Button variant="default" size="compact-md" onClick={() => void copy()}>
          {isCopied ? text.copied : text.copy}
        </Button>
      )}
    </div>
  );
}
