import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";

import classes from "./Page.module.css";

interface PageProps {
  /** The heading, and the browser's title. */
  title: string;
  /** What stands beside the title in the heading, such as a status. */
  mark?: ReactNode;
  /** The page's acts, at the heading's end. */
  actions?: ReactNode;
  /** A page as wide as its content needs reads worse than a narrow one where it is text. */
  width?: "full" | "narrow";
  children: ReactNode;
}

/** A screen: titled, and its heading focused when one arrives here, so that a screen reader tells where. */
export function Page({ title, mark, actions, width = "full", children }: PageProps) {
  const path = useLocation({ select: (location) => location.pathname });

  useEffect(() => {
    document.title = `${title} · AccuBooks`;
  }, [title]);

  return (
    <div className={width === "narrow" ? classes["narrow"] : undefined}>
      <header className={classes["head"]}>
        <Heading key={path}>{title}</Heading>
        {mark}
        {actions !== undefined && <div className={`${classes["actions"]} no-print`}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before anybody can press a key: later it would take the focus from where that key has brought it.
  useLayoutEffect(() => {
    // A field that asked for the focus keeps it.
    if (document.activeElement?.matches("main :is(input, textarea, select)") !== true) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={classes["title"]}>
      {children}
    </h1>
  );
}
