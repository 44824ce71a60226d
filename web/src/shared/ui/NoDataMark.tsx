import { useText } from "@/shared/text/text";

import { StatusMark } from "./StatusMark";
import { uiText } from "./text";

/** Where a figure would stand if anybody knew it: never a number, never empty. */
export function NoDataMark() {
  return <StatusMark status="no-data">{useText(uiText).noData}</StatusMark>;
}
