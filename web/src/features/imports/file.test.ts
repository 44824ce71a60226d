import { expect, test } from "vitest";

import { chosenFile, decoded, formatOf } from "./file";

const bytesOf = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === "string" ? [...new TextEncoder().encode(part)] : part,
    ),
  );
const XML = "<?xml version='1.0'?><gnc-v2>";
const utf16 = (text: string, isLittle: boolean): number[] =>
  [...text].flatMap((letter) => (isLittle ? [letter.charCodeAt(0), 0] : [0, letter.charCodeAt(0)]));

test.each([
  ["XML", "book", bytesOf(XML)],
  ["XML behind spaces", "book.txt", bytesOf("\n ", XML)],
  ["XML with a mark of UTF-8", "book.csv", bytesOf([0xef, 0xbb, 0xbf], XML)],
  ["XML in UTF-16, little end first", "book.gnucash", bytesOf([0xff, 0xfe], utf16(XML, true))],
  ["XML in UTF-16, big end first", "book.gnucash", bytesOf([0xfe, 0xff], utf16(XML, false))],
  ["gzip", "book.gnucash", bytesOf([0x1f, 0x8b, 8, 0, 0])],
  ["SQLite", "book.gnucash", bytesOf("SQLite format 3", [0, 16, 0])],
])("%s is a book of GnuCash, whatever it is called", (_, name, bytes) => {
  expect(formatOf(name, decoded(bytes))).toBe("gnucash");
});

test("other files are what their name says, else what they look like", () => {
  expect(formatOf("bank.csv", "2026-03-01 Tea\n  a  1\n")).toBe("csv");
  expect(formatOf("books.journal", "Day;Amount")).toBe("journal");
  expect(formatOf("books", "2026-03-01 Tea\n  a  1\n")).toBe("journal");
  expect(formatOf("bank", "2026-03-01;Tea;1")).toBe("csv");
});

test("bytes go out as they are, and what nobody can read isn't shown", async () => {
  const bytes = bytesOf("SQLite format 3", [0, 255]);
  const file = await chosenFile(new File([bytes], "book.gnucash"));
  expect(file.text).toBe("");
  expect(Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0))).toEqual(bytes);
  const bank = await chosenFile(new File([bytesOf("Stra", [0xdf], "e")], "bank.csv"));
  expect(bank.text).toBe("Straße");
});
