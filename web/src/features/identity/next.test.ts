import { describe, expect, it } from "vitest";

import { pathAfterSignIn } from "./next";

describe("after the sign-in", () => {
  it.each(["/", "/t/1/journal?from=2026-01-01#line-2", "/launch"])("%s is gone to", (next) => {
    expect(pathAfterSignIn(next)).toBe(next);
  });

  it.each([
    "http://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example",
    "javascript:alert(1)",
    "mailto:somebody@elsewhere.example",
    "journal",
    "",
    5,
    null,
  ])("%j isn't: the first page is", (next) => {
    expect(pathAfterSignIn(next)).toBe("/");
  });
});
