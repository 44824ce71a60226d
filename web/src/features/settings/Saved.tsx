import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { settingsText } from "./text";

/** Says of a form that what stands in it is saved. */
export function Saved({ isSaved }: { isSaved: boolean }) {
  const text = useText(settingsText);
  return <div role="status">{isSaved && <StatusMark status="ok">{text.saved}</StatusMark>}</div>;
}
