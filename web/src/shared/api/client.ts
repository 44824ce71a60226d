import createClient, { type Middleware } from "openapi-fetch";

import { isProblem, NoAnswerError, ProblemError } from "./problem";
import type { paths } from "./schema";

/** Who is signed in, and what a page sends with each write; nothing keeps it beyond the page. */
interface Signed {
  user: { user_id: string } | null;
  csrf_token: string | null;
}

let signed: Signed = { user: null, csrf_token: null };

export function rememberSession(session: Signed | null): void {
  signed = session ?? { user: null, csrf_token: null };
}

const unauthenticatedListeners = new Set<() => void>();

/** Calls `listener` when a request finds that the session has ended. Returns what stops it. */
export function onUnauthenticated(listener: () => void): () => void {
  unauthenticatedListeners.add(listener);
  return () => unauthenticatedListeners.delete(listener);
}

/** Writes under way, as they would be sent again: a body is read once. */
const again = new WeakMap<Request, Request>();

/**
 * Another tab has signed in since, and the browser has its session: of the same person the write is good under that
 * session's token. Somebody else's it must not become; then the refusal stands.
 */
async function underNewSession(request: Request, response: Response): Promise<Response | null> {
  const write = again.get(request);
  if (response.status !== 403 || write === undefined) return null;
  const problem: unknown = await response.clone().json();
  if (!isProblem(problem) || problem.code !== "identity.csrf") return null;
  const { data: caller } = await client.GET("/api/v1/session");
  const user = caller?.user?.user_id;
  if (caller === undefined || user === undefined || user !== signed.user?.user_id) return null;
  rememberSession(caller);
  write.headers.set("X-CSRF-Token", caller.csrf_token ?? "");
  return fetch(write);
}

const session: Middleware = {
  onRequest({ request }) {
    if (signed.csrf_token !== null && request.method !== "GET") {
      request.headers.set("X-CSRF-Token", signed.csrf_token);
      again.set(request, request.clone());
    }
    return request;
  },
  async onResponse({ request, response: first, schemaPath }) {
    const response = (await underNewSession(request, first)) ?? first;
    // The session's own route answers 401 to who isn't signed in yet; that is no end of a session.
    if (response.status === 401 && schemaPath !== "/api/v1/session") {
      for (const listener of unauthenticatedListeners) listener();
    }
    return response;
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError"
      ? error
      : new NoAnswerError(error);
  },
};

/** Typed by api/openapi.yaml. Give its calls to `answerOf` or `done`. */
export const client = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
client.use(session);

interface Call<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer. Throws ProblemError for a refusal, NoAnswerError for what can't be read. */
export async function answerOf<T>(call: Promise<Call<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok && data !== undefined) return data;
  throw failure(error, response);
}

/** The same of what also comes as CSV, where JSON was asked for. */
export async function jsonOf<T>(call: Promise<Call<T | string>>): Promise<T> {
  const answer = await answerOf(call);
  if (typeof answer === "string") throw new NoAnswerError("text instead of JSON");
  return answer;
}

/** The same for an answer without a body. */
export async function done(call: Promise<Call<unknown>>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw failure(error, response);
}

/** What an answer that is no success means. */
export function failure(error: unknown, response: Response): Error {
  if (!isProblem(error)) return new NoAnswerError(`${response.status} without a problem`);
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ProblemError(error, Number.isFinite(seconds) ? seconds : null);
}

/** One of these belongs to one form: made when it opens, sent with every attempt, so that a retry cannot double. */
export function newIdempotencyKey(): string {
  // randomUUID exists on https and localhost only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
