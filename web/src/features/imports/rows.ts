export const DELIMITERS = [",", ";", "\t", "|"] as const;

/** How many rows a person looks at before saying what the columns are. */
const LOOKED_AT = 100;

/** The cells of the first rows; quotes may hold delimiters, line ends and doubled quotes. */
export function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < LOOKED_AT; at += 1) {
    const letter = text[at] ?? "";
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (letter === delimiter) {
      row.push(cell.trim());
      cell = "";
    } else if (letter === "\n" || letter === "\r") {
      row.push(cell.trim());
      rows.push(row);
      [row, cell] = [[], ""];
    } else cell += letter;
  }
  if (rows.length < LOOKED_AT) rows.push([...row, cell.trim()]);
  return rows.filter((cells) => cells.some((one) => one !== ""));
}

/** How many cells most rows have. */
function widthOf(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width] = [...counts].toSorted(([a, m], [b, n]) => n - m || b - a)[0] ?? [1];
  return width;
}

/** The one that parts the first rows into most cells, as many in most of them. */
export function delimiterOf(text: string): string {
  const found = DELIMITERS.map((delimiter) => {
    const rows = rowsOf(text, delimiter);
    const width = widthOf(rows);
    const alike = rows.filter(({ length }) => length === width).length;
    return { delimiter, fit: width < 2 ? 0 : alike * 100 + width };
  });
  return found.reduce((best, one) => (one.fit > best.fit ? one : best)).delimiter;
}

export interface Table {
  delimiter: string;
  /** Of the columns; null where the file has none. */
  titles: readonly string[] | null;
  /** Rows below the titles. */
  rows: readonly string[][];
  width: number;
}

const isFigure = (cell: string): boolean => /^[-+(]?[0-9][0-9.,'/ -]*\)?$/.test(cell);

/** Titles stand in the first row as wide as the others: words, no figure among them. What is above is a bank's letter head. */
export function tableOf(text: string, delimiter = delimiterOf(text)): Table {
  const rows = rowsOf(text, delimiter);
  const width = widthOf(rows);
  const first = rows.findIndex(({ length }) => length === width);
  const titles = rows[first];
  if (titles === undefined || titles.some(isFigure)) {
    return { delimiter, titles: null, rows: rows.filter(({ length }) => length === width), width };
  }
  return { delimiter, titles, rows: rows.slice(first + 1), width };
}

/** How a mapping names a column: by its title where that is the only one, else by its number. */
export function nameOf({ titles }: Table, column: number): string {
  const title = titles?.[column] ?? "";
  const isPlain = title !== "" && !/^[=#]/.test(title) && title.length <= 100;
  const isAlone = titles?.indexOf(title) === titles?.lastIndexOf(title);
  return isPlain && isAlone ? title : `#${column + 1}`;
}
