import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";

import { useKeys } from "@/shared/keys/useKeys";
import { useText } from "@/shared/text/text";

import { useDensity } from "./density";
import { uiText } from "./text";
import classes from "./VirtualTable.module.css";

export interface Column<Row> {
  key: string;
  head: string;
  /** A track of a CSS grid, such as `6rem` or `minmax(0, 1fr)`. */
  track: string;
  align?: "end";
  cell: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** How many there are in all; null while nobody knows, because more are to come. */
  total: number | null;
  rowKey: (row: Row) => string | number;
  /** The whole row on a narrow screen, two lines high. */
  narrow: (row: Row) => ReactNode;
  /** The end comes near: more is wanted. */
  onEnd?: () => void;
  /** What the keys that move through rows are listed under in the help. */
  keyGroup: string;
}

const ROW = { roomy: 32, compact: 28, narrow: 64 } as const;
/** How many rows before the end more are asked for. */
const AHEAD = 30;

/**
 * Rows that are on screen, of any number. Each has one link, which has the focus when `j` and `k` move to it.
 * The page scrolls, not a box in it.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, rows, total, onEnd } = props;
  const words = useText(uiText);
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const narrow = useNarrow();
  const [density] = useDensity();
  const height = ROW[narrow ? "narrow" : density];
  // The virtualizer changes while it stays the same object: nothing of it may be memoised.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 10,
    scrollMargin: margin,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : props.rowKey(row);
    },
  });
  useLayoutEffect(() => {
    setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, [narrow]);
  useEffect(() => virtual.measure(), [height, virtual]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);

  const move = (step: 1 | -1) => {
    const at = Number(document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"]);
    const first = items.find(({ start }) => start >= window.scrollY)?.index ?? 0;
    const next = Number.isNaN(at) ? first : Math.min(Math.max(at + step, 0), rows.length - 1);
    virtual.scrollToIndex(next, { align: "auto" });
    focusWhenThere(body.current, next);
  };
  useKeys([
    { keys: "j", label: words.nextRow, group: props.keyGroup, repeats: true, run: () => move(1) },
    {
      keys: "k",
      label: words.previousRow,
      group: props.keyGroup,
      repeats: true,
      run: () => move(-1),
    },
    {
      keys: "ArrowDown",
      label: words.nextRow,
      group: props.keyGroup,
      repeats: true,
      run: () => move(1),
    },
    {
      keys: "ArrowUp",
      label: words.previousRow,
      group: props.keyGroup,
      repeats: true,
      run: () => move(-1),
    },
  ]);

  const gridTemplateColumns = columns.map(({ track }) => track).join(" ");
  return (
    <div
      role="table"
      aria-label={props.label}
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={columns.length}
      className={classes["table"]}
    >
      <div role="rowgroup" className={classes["head"]} hidden={narrow}>
        <div
          role="row"
          aria-rowindex={1}
          className={classes["row"]}
          style={{ gridTemplateColumns }}
        >
          {columns.map(({ key, head, align }) => (
            <div key={key} role="columnheader" data-align={align}>
              {head}
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        ref={body}
        className={classes["body"]}
        style={{ blockSize: virtual.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={String(key)}
              role="row"
              aria-rowindex={index + 2}
              data-row={index}
              className={classes["row"]}
              style={{
                gridTemplateColumns: narrow ? "minmax(0, 1fr)" : gridTemplateColumns,
                blockSize: height,
                transform: `translateY(${start - margin}px)`,
              }}
            >
              {narrow ? (
                <div role="cell" aria-colspan={columns.length}>
                  {props.narrow(row)}
                </div>
              ) : (
                columns.map((column) => (
                  <div key={column.key} role="cell" data-align={column.align}>
                    {column.cell(row)}
                  </div>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A row far away is drawn only after the page has scrolled to it. */
function focusWhenThere(body: HTMLElement | null, index: number, frames = 10): void {
  const link = body?.querySelector<HTMLElement>(`[data-row="${index}"] a`);
  if (link !== null && link !== undefined) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusWhenThere(body, index, frames - 1));
}

function useNarrow(): boolean {
  const query = "(max-width: 48em)";
  const [narrow, setNarrow] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const listen = () => setNarrow(media.matches);
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, []);
  return narrow;
}
