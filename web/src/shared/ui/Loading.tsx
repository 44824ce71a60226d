import { Skeleton } from "@mantine/core";

import { useText } from "@/shared/text/text";

import classes from "./Loading.module.css";
import { uiText } from "./text";

interface LoadingProps {
  /** How many rows what is coming will have, about. */
  rows: number;
}

/** Keeps the room of what is coming; seen only when it takes a while. */
export function Loading({ rows }: LoadingProps) {
  const text = useText(uiText);
  return (
    <div className={classes["loading"]} role="status" aria-label={text.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={20} radius={4} />
      ))}
    </div>
  );
}
