import { type Bytes, textOf } from "./bytes";

// Canonical JSON (RFC 8785) as this system signs it: no floating-point numbers, so that what is
// signed is one byte string, and reads the same everywhere.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export class JsonError extends Error {}

const depthMax = 32;

function textJson(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new JsonError("It holds half of a character.");
  }
  return JSON.stringify(text);
}

function write(value: Json, depth: number): string {
  if (depth > depthMax) {
    throw new JsonError("It is nested too deeply.");
  }
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") {
    return textJson(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new JsonError("It holds a number that isn't a whole one below 2^53.");
    }
    return JSON.stringify(value);
  }
  if (isList(value)) {
    return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  }
  // Names in the order of their UTF-16 code units, which is how JavaScript compares.
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${textJson(name)}:${write(member, depth + 1)}`).join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The one text of a value. Throws JsonError for what has none: fractions, numbers past 2^53, halves of characters. */
export function canonicalJson(value: Json): string {
  return write(value, 0);
}

export function parseJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    throw new JsonError("It isn't JSON.");
  }
}

/** Reads bytes that must be the canonical form of what they say. Throws JsonError. */
export function readCanonical(bytes: Bytes): Json {
  let text: string;
  try {
    text = textOf(bytes);
  } catch {
    throw new JsonError("It isn't UTF-8.");
  }
  const value = parseJson(text);
  if (canonicalJson(value) !== text) {
    throw new JsonError("It isn't canonical JSON.");
  }
  return value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Reads the members of an object: each must be there and of its kind, or it throws JsonError. */
export class Fields {
  readonly #object: JsonObject;
  readonly #asked = new Set<string>();

  constructor(value: Json | undefined) {
    if (!isObject(value)) {
      throw new JsonError("It isn't an object.");
    }
    this.#object = value;
  }

  #take(name: string): Json | undefined {
    this.#asked.add(name);
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  has(name: string): boolean {
    return (this.#take(name) ?? null) !== null;
  }

  text(name: string): string {
    const value = this.#take(name);
    if (typeof value !== "string") {
      throw new JsonError(`${name} isn't a text.`);
    }
    return value;
  }

  textOrNull(name: string): string | null {
    return this.has(name) ? this.text(name) : null;
  }

  count(name: string): number {
    const value = this.#take(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw new JsonError(`${name} isn't a whole number.`);
    }
    return value;
  }

  countOrNull(name: string): number | null {
    return this.has(name) ? this.count(name) : null;
  }

  truth(name: string): boolean {
    const value = this.#take(name);
    if (typeof value !== "boolean") {
      throw new JsonError(`${name} is neither true nor false.`);
    }
    return value;
  }

  list(name: string): readonly Json[] {
    const value = this.#take(name);
    if (value === undefined || !isList(value)) {
      throw new JsonError(`${name} isn't a list.`);
    }
    return value;
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((item) => {
      if (typeof item !== "string") {
        throw new JsonError(`${name} isn't a list of texts.`);
      }
      return item;
    });
  }

  /** The object of that name. */
  part(name: string): Fields {
    try {
      return new Fields(this.#take(name));
    } catch {
      throw new JsonError(`${name} isn't an object.`);
    }
  }

  parts(name: string): readonly Fields[] {
    return this.list(name).map((item) => new Fields(item));
  }

  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  /** Throws when there is a member that nobody asked for. */
  nothingElse(): void {
    const unknown = this.names().find((name) => !this.#asked.has(name));
    if (unknown !== undefined) {
      throw new JsonError(`${unknown} isn't known here.`);
    }
  }
}
