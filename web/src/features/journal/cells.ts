/** Moving through the cells of the editor, which the page has in the order in which they are filled. */

function nameOf(cell: HTMLElement): string {
  return cell.dataset["cell"] ?? "";
}

function columnOf(name: string): string | undefined {
  return lineOfCell(name)?.column;
}

function cellsOf(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("[data-cell]")];
}

export function focusCell(root: HTMLElement | null, name: string): void {
  root?.querySelector<HTMLElement>(`[data-cell="${name}"]`)?.focus();
}

/** The column of a cell, and the key of its line; null for a field of the head. */
export function lineOfCell(name: string): { key: number; column: string } | null {
  const match = /^([0-9]+):([a-z]+)$/.exec(name);
  return match === null ? null : { key: Number(match[1]), column: match[2] ?? "" };
}

/**
 * Goes to the cell behind `name`; past a credit where the debit is filled, since a line has one
 * side. False where there is none behind it.
 */
export function focusNext(root: HTMLElement, name: string, isFilled: boolean): boolean {
  const cells = cellsOf(root);
  const at = cells.findIndex((cell) => nameOf(cell) === name);
  const own = lineOfCell(name);
  const other = own?.column === "debit" && isFilled ? `${own.key}:credit` : null;
  const next = cells.slice(at + 1).find((cell) => nameOf(cell) !== other);
  next?.focus();
  return next !== undefined;
}

/** Goes to the same column of the line above or below. */
export function focusSameColumn(root: HTMLElement | null, name: string, step: 1 | -1): void {
  if (root === null) return;
  const cells = cellsOf(root).filter((cell) => columnOf(nameOf(cell)) === columnOf(name));
  const at = cells.findIndex((cell) => nameOf(cell) === name);
  cells[at + step]?.focus();
}
