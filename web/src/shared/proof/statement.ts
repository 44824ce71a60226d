import { type Bytes, textOf, utf8 } from "./bytes";
import { canonicalJson, Fields, type Json, JsonError, type JsonObject, parseJson } from "./json";

const statementV1 = "https://in-toto.io/Statement/v1";

export type Subject = { readonly name: string; readonly sha256: string };

/** An in-toto Statement v1: something is said about things that are named by their digests. */
export type Statement = {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: JsonObject;
};

/** The bytes to be signed. */
export function statementBytes(statement: Statement): Bytes {
  const value: Json = {
    _type: statementV1,
    subject: statement.subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: statement.predicateType,
    predicate: statement.predicate,
  };
  return utf8(canonicalJson(value));
}

export type ReadStatement = {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Fields;
};

/** Throws JsonError. */
export function parseStatement(bytes: Bytes): ReadStatement {
  const fields = new Fields(parseJson(textOf(bytes)));
  if (fields.text("_type") !== statementV1) {
    throw new JsonError("_type isn't that of an in-toto statement, version 1.");
  }
  const subjects = fields.parts("subject").map((subject) => {
    const name = subject.text("name");
    const digest = subject.part("digest");
    subject.nothingElse();
    const sha256 = digest.text("sha256");
    digest.nothingElse();
    return { name, sha256 };
  });
  const statement = {
    subjects,
    predicateType: fields.text("predicateType"),
    predicate: fields.part("predicate"),
  };
  fields.nothingElse();
  return statement;
}
