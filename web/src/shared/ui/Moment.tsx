import { useLocale } from "@/shared/text/text";

interface MomentProps {
  /** RFC 3339, UTC. */
  at: string;
}

/** A moment in UTC to the second; the local time on asking. */
export function Moment({ at }: MomentProps) {
  const { format } = useLocale();
  const local = new Date(at).toLocaleString(format, { dateStyle: "medium", timeStyle: "long" });
  return (
    <time dateTime={at} title={local}>
      {`${at.slice(0, 10)} ${at.slice(11, 19)} UTC`}
    </time>
  );
}
