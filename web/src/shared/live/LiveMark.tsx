import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { useLive } from "./LiveContext";
import { liveText } from "./text";

/** Whether what is shown is of now, in words. */
export function LiveMark() {
  const text = useText(liveText);
  const { link, silentMs } = useLive();
  if (silentMs !== null) {
    return <StatusMark status="warn">{text.old(Math.floor(silentMs / 1000))}</StatusMark>;
  }
  const status = link === "live" ? "ok" : link === "connecting" ? "info" : "warn";
  return <StatusMark status={status}>{text[link]}</StatusMark>;
}
