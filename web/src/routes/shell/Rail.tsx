import { Link } from "@tanstack/react-router";
import { Fragment } from "react";

import { type Texts, useText } from "@/shared/text/text";

import type { RailItem } from "./rail";
import classes from "./Rail.module.css";
import { shellText } from "./text";
import { useOtherWorld } from "./useOtherWorld";
import { useRailParams } from "./useRailParams";

interface RailProps {
  world: "books" | "operations";
  items: readonly RailItem[];
  /** Called when one goes somewhere, such as to close what the rail is in. */
  onGo?: () => void;
}

/** Where one can go from here, and the way to the other world where the caller has a part in it. */
export function Rail({ world, items, onGo }: RailProps) {
  const text = useText(shellText);
  const other = useOtherWorld(world);
  return (
    <nav className={classes["rail"]} aria-label={text[world]}>
      {items.map((item, index) => (
        <Fragment key={item.to}>
          {item.group !== undefined && item.group !== items[index - 1]?.group && (
            <GroupName group={item.group} />
          )}
          <RailLink item={item} onGo={onGo} />
        </Fragment>
      ))}
      {other !== null && (
        <Link to={other} className={classes["other"]} onClick={onGo}>
          {world === "books" ? text.operations : text.books}
        </Link>
      )}
    </nav>
  );
}

function GroupName({ group }: { group: Texts<string> }) {
  return <p className={classes["group"]}>{useText(group)}</p>;
}

function RailLink({ item, onGo }: { item: RailItem; onGo: (() => void) | undefined }) {
  return (
    <Link
      to={item.to}
      params={useRailParams()}
      activeOptions={{ exact: item.exact ?? false, includeSearch: false }}
      className={classes["link"]}
      onClick={onGo}
    >
      {useText(item.label)}
    </Link>
  );
}
