import type { Permission } from "@/shared/session/permissions";
import type { Texts } from "@/shared/text/text";

/** An entry of the left rail. Each area of routes lists its own, in order. */
export interface RailItem {
  /** The route's path as the router knows it; `$tenant` is filled in by the shell. */
  to: string;
  /** Whether only this very page marks it as the current one, not those below. */
  exact?: boolean;
  label: Texts<string>;
  /** The heading it stands under; entries of one heading follow one another. */
  group?: Texts<string>;
  /** Keys that go there, such as `g a`. */
  keys?: string;
  /** Its page is typed into at once: what is typed behind these keys is kept until it stands. */
  isTypedInto?: true;
  /** What a role must have to see it; the server decides whoever asks. */
  permission?: Permission;
}
