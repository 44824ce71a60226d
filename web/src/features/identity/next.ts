/**
 * Where to go after the sign-in, of what an address asks for: a path of this site, else the first page. A second slash, or a
 * backslash, which browsers take for one, would lead to another site.
 */
export function pathAfterSignIn(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
}
