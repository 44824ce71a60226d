import { useMemo } from "react";
import { encode } from "uqr";

import classes from "./QrCode.module.css";

/** Modules of white around it, as readers want. */
const QUIET = 4;

interface QrCodeProps {
  content: string;
  label: string;
}

/** Black on white in either theme: that is what readers are made for. */
export function QrCode({ content, label }: QrCodeProps) {
  const { path, size } = useMemo(() => drawing(content), [content]);
  return (
    <svg
      className={classes["qr"]}
      viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

function drawing(content: string): { path: string; size: number } {
  const { data, size } = encode(content, { border: 0 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return { path, size };
}
