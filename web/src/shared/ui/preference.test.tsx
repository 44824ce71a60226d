import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { usePreference } from "./preference";

afterEach(() => localStorage.clear());

const choices = ["on", "off"] as const;

test("a choice is kept, and seen wherever it is asked for", () => {
  const one = renderHook(() => usePreference("test", choices));
  const other = renderHook(() => usePreference("test", choices));
  expect(one.result.current[0]).toBe("on");
  act(() => one.result.current[1]("off"));
  expect(other.result.current[0]).toBe("off");
  expect(localStorage.getItem("accubooks.test")).toBe("off");
});

test("what isn't one of the choices counts as the first", () => {
  localStorage.setItem("accubooks.test", "maybe");
  expect(renderHook(() => usePreference("test", choices)).result.current[0]).toBe("on");
});
