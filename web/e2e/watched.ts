import { type BrowserContext, expect, type Page } from "@playwright/test";

/** Statuses that a page asks for on purpose: nobody signed in, a code missing, a report that isn't made yet, a guard that says no. */
const refusals = new Set([401, 403, 404, 409, 422, 429]);

/** A page of which any error fails the test: on the console, of the policy, to another origin, unhandled. */
export async function watched(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  const wrong: string[] = [];
  await context.exposeFunction("reportViolation", (what: string) => wrong.push(`policy: ${what}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      const report: unknown = Reflect.get(globalThis, "reportViolation");
      if (typeof report === "function") report(`${violatedDirective} ${blockedURI}`);
    });
  });
  page.on("console", (message) => {
    // The browser's own line for a refusal that the page expects.
    const isRefusal = [...refusals].some((status) =>
      message.text().includes(`status of ${status}`),
    );
    if (message.type() === "error" && !isRefusal) wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`unhandled: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
      wrong.push(`foreign: ${request.url()}`);
    }
  });
  context.on("close", () => expect(wrong).toEqual([]));
  return page;
}
