import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { NoAnswerError, ProblemError } from "@/shared/api/problem";

import { isUnanswered, type Order, type Posted, send } from "./mutations";
import { usePosting } from "./usePosting";

vi.mock(import("./mutations"), async (original) => ({
  ...(await original()),
  send: vi.fn<typeof send>(),
}));

afterEach(() => void vi.useRealTimers());

const problem = (status: number): ProblemError =>
  new ProblemError({ type: "", title: "", status, detail: "", code: "", instance: "" }, null);

test("a refusal is an answer; a lost one, a failing server and a session that ended aren't", () => {
  expect(isUnanswered(new NoAnswerError(null))).toBe(true);
  for (const status of [500, 502, 503, 401]) expect(isUnanswered(problem(status))).toBe(true);
  for (const status of [400, 403, 404, 409, 412, 422, 429]) {
    expect(isUnanswered(problem(status))).toBe(false);
  }
});

test("a lost answer is asked for again, word for word, and posts once", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.mocked(send)
    .mockRejectedValueOnce(new NoAnswerError(new TypeError("The connection was closed.")))
    .mockRejectedValueOnce(problem(503))
    .mockResolvedValueOnce({ number: 7, hash: "" });
  const queryClient = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const dropped = vi.fn<() => Promise<void>>(async () => undefined);
  const then = {
    onPosted: vi.fn<(posted: Posted) => void>(),
    onRefused: vi.fn<(error: Error) => void>(),
  };
  const { result } = renderHook(() => usePosting(1, dropped), { wrapper });
  const order: Order = {
    what: "entry",
    key: "k-1",
    entry: { date: "2026-03-15", description: "Tea", lines: [] },
  };
  act(() => result.current.post(order, then));
  await waitFor(() => expect(result.current.standing).toBe("unanswered"));
  expect(then.onPosted).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(1000));
  await act(() => vi.advanceTimersByTimeAsync(2000));
  await waitFor(() => expect(then.onPosted).toHaveBeenCalledOnce());
  // The order has the key under which the server knows it.
  expect(vi.mocked(send).mock.calls).toEqual([
    [1, order],
    [1, order],
    [1, order],
  ]);
  expect(dropped).toHaveBeenCalledOnce();
  expect(then.onRefused).not.toHaveBeenCalled();
});
