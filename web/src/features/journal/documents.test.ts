import { expect, test } from "vitest";

import { DOCUMENT_BYTES_MAX, documentType, refusalOf } from "./documents";

test("a file's name says what it is, in any case", () => {
  expect(documentType("Invoice 81.PDF")).toBe("application/pdf");
  expect(documentType("scan.jpeg")).toBe("image/jpeg");
  expect(documentType("mail.eml")).toBe("message/rfc822");
  expect(documentType("pdf")).toBeNull();
  expect(documentType("page.html")).toBeNull();
});

test.each([
  ["note.txt", 1, null],
  ["note.txt", DOCUMENT_BYTES_MAX, null],
  ["note.txt", DOCUMENT_BYTES_MAX + 1, "tooLarge"],
  ["note.txt", 0, "empty"],
  ["letter.docx", 10, "type"],
] as const)("%s of %d bytes: %s", (name, size, refusal) => {
  expect(refusalOf({ name, size })).toBe(refusal);
});
