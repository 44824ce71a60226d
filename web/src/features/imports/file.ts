import type { components } from "@/shared/api/schema";
import { toBase64 } from "@/shared/proof/bytes";

export type FileFormat = components["schemas"]["ImportFile"]["format"];

/** A file that somebody chose, read once. */
export interface ChosenFile {
  /** Apart from every other choice, the same file's too: what was answered belongs to one. */
  id: number;
  name: string;
  format: FileFormat;
  content: string;
  /** For a person to look at. */
  text: string;
}

/** What the server takes; a larger one is for the command line. */
export const FILE_BYTES_MAX = 5 * 1024 * 1024;

/** As UTF-8 where it can be, else as Windows-1252, which gives every byte a letter: the server decides alike. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** How gzip begins, and a book that GnuCash keeps in SQLite, as `decoded` gives them. */
const GZIP = "\u001f\u2039";
const SQLITE = "SQLite format 3";
/** XML in UTF-16, likewise; the server says what to do about that and about SQLite. */
const UTF16 = ["\u00ff\u00fe<", "\u00fe\u00ff\u0000<"];

/** What the content says: GnuCash's XML, compressed or not, a journal's first entry or directive, or rows of as many cells each. */
export function formatOf(name: string, text: string): FileFormat {
  const isBook = [GZIP, SQLITE, ...UTF16].some((head) => text.startsWith(head));
  if (isBook || /^\s*</.test(text)) return "gnucash";
  if (/\.(csv|tsv|txt)$/i.test(name)) return "csv";
  if (/\.(journal|hledger|ledger|dat|j)$/i.test(name)) return "journal";
  const isEntry = /^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(=\S+)?([ \t]+[^;,\t].*)?\n[ \t]+\S/m;
  return isEntry.test(text) ? "journal" : "csv";
}

let files = 0;

export async function chosenFile(file: File): Promise<ChosenFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = decoded(bytes);
  files += 1;
  return {
    id: files,
    name: file.name,
    format: formatOf(file.name, text),
    content: toBase64(bytes),
    text: text.startsWith(GZIP) || text.startsWith(SQLITE) ? "" : text,
  };
}

/** A line of the file, from 1, as far as a person reads it; empty where there is none. */
export function lineOf(file: ChosenFile, line: number): string {
  return (file.text.split(/\r\n|\n|\r/)[line - 1] ?? "").slice(0, 500);
}
