import classes from "./Actor.module.css";

interface ActorProps {
  /** As the books write it: `user:UUID`, `token:UUID`, `cli:NAME`. */
  actor: string;
  /** Who that is; null where nobody is known by it. */
  words: string | null;
}

/** Somebody who acted, in words; as the books write it where there are none, and on asking. */
export function Actor({ actor, words }: ActorProps) {
  return words === null ? (
    <span className={classes["raw"]}>{actor}</span>
  ) : (
    // Isolated, since a name that runs from right to left would reorder the words beside it.
    <bdi title={actor}>{words}</bdi>
  );
}
