import { Link, Outlet, useParams } from "@tanstack/react-router";

import { useText } from "@/shared/text/text";

import type { RailItem } from "./rail";
import classes from "./Shell.module.css";
import { shellText } from "./text";

interface ShellProps {
  world: "books" | "operations";
  rail: readonly RailItem[];
}

/** What stands around every page: top bar, left rail, content. */
export function Shell({ world, rail }: ShellProps) {
  const text = useText(shellText);
  return (
    <div className={classes["shell"]} data-world={world}>
      <a href="#content" className={classes["skip"]}>
        {text.skip}
      </a>
      <header className={classes["bar"]}>
        <Link to="/">AccuBooks</Link>
      </header>
      <nav className={classes["rail"]} aria-label={text[world]}>
        {rail.map((item) => (
          <RailLink key={item.to} item={item} />
        ))}
      </nav>
      <main id="content" tabIndex={-1} className={classes["content"]}>
        <Outlet />
      </main>
    </div>
  );
}

function RailLink({ item }: { item: RailItem }) {
  const params = useParams({ strict: false });
  return (
    <Link to={item.to} params={params} activeOptions={{ exact: item.exact ?? false }}>
      {useText(item.label)}
    </Link>
  );
}
