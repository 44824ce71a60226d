import { type BrowserContext, expect, test as base } from "@playwright/test";

import { ourAddresses } from "./addresses.ts";

/** How a request came to nothing: the status of its answer, or none came. */
type Failure = number | "no answer";

interface Watched {
  /**
   * Refusals that the journey provokes, by path and how: the browser writes a line about each, which is then no fault. What else fails,
   * or in another way, is one.
   */
  expectRefusal: (path: RegExp, ...how: readonly [Failure, ...Failure[]]) => void;
  /** A line that the journey makes the console have. */
  expectLine: (line: RegExp) => void;
}

interface Expected {
  refusals: { path: RegExp; how: readonly Failure[] }[];
  lines: RegExp[];
}

/** A test of which each page, whoever opens it, is watched for anything that must never happen; every journey is one. */
export const test = base.extend<{ watched: Watched }>({
  watched: [
    async ({ browser }, give) => {
      const faults: string[] = [];
      // Who isn't signed in is told so.
      const refusals: Expected["refusals"] = [{ path: /\/api\/v1\/session$/, how: [401] }];
      const expected: Expected = { refusals, lines: [] };
      await Promise.all(browser.contexts().map((one) => watch(one, expected, faults)));
      // A context is had only once it is watched, or a page that loads at once is ahead of that. `newPage` makes its own by it too.
      const newContext = browser.newContext.bind(browser);
      browser.newContext = async (options) => {
        const context = await newContext(options);
        await watch(context, expected, faults);
        return context;
      };
      await give({
        expectRefusal: (path, ...how) => void expected.refusals.push({ path, how }),
        expectLine: (line) => void expected.lines.push(line),
      });
      browser.newContext = newContext;
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function watch(context: BrowserContext, expected: Expected, faults: string[]): Promise<unknown> {
  context.on("weberror", (error) => faults.push(`error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const [line, at] = [message.text(), message.location().url];
    const isExpected = expected.lines.some((one) => one.test(line)) || isRefusal(line, at);
    if (!isExpected) faults.push(`console: ${line} ${at}`);
  });
  const isRefusal = (line: string, at: string): boolean => {
    const how = failureOf(line);
    if (how === null || !URL.canParse(at)) return false;
    const { pathname } = new URL(at);
    return expected.refusals.some((one) => one.path.test(pathname) && one.how.includes(how));
  };
  let origin: string | null = null;
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!/^https?:$/.test(url.protocol)) return;
    // A browser is for one program, that of ours which it asks first.
    if (ourAddresses.has(url.origin)) origin ??= url.origin;
    if (url.origin !== origin) faults.push(`foreign: ${url}`);
  });
  return context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      // oxlint-disable-next-line no-console -- the line that fails the journey
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

/** What the browser's own line says of a request that failed; null for another line. */
function failureOf(line: string): Failure | null {
  if (!line.startsWith("Failed to load resource")) return null;
  const [, status] = /status of (\d+)/.exec(line) ?? [];
  return status === undefined ? "no answer" : Number(status);
}
