import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import classes from "./evidence.module.css";
import { verifyText } from "./text";
import type { Verification } from "./useVerification";
import { checks, type Line } from "./verify/verify";

/** What was found, line by line, attempt by attempt; the first that is wrong is named with its file. */
export function VerifyLines({ found }: { found: Verification }) {
  const text = useText(verifyText);
  const attempts = [...new Set(found.lines.map(({ attempt }) => attempt))];
  return (
    <div>
      <p role="status" className={classes["verdict"]}>
        {found.state === "running" && <StatusMark status="info">{text.running}</StatusMark>}
        {found.state === "good" && <StatusMark status="ok">{text.good}</StatusMark>}
        {found.state === "bad" && <StatusMark status="danger">{text.bad}</StatusMark>}
        {found.state === "failed" && (
          <StatusMark status="danger">{`${text.failed}: ${found.why}`}</StatusMark>
        )}
      </p>
      {attempts.map((attempt) => (
        <section key={attempt} aria-label={attempt}>
          {attempt !== "" && <h2 className={classes["attempt"]}>{attempt}</h2>}
          <AttemptLines lines={found.lines.filter((line) => line.attempt === attempt)} />
        </section>
      ))}
    </div>
  );
}

function AttemptLines({ lines }: { lines: readonly Line[] }) {
  const text = useText(verifyText);
  const files = lines.filter(({ check, isGood }) => check === "files" && isGood);
  const others = lines.filter((line) => !files.includes(line));
  return (
    <ul className={classes["lines"]}>
      {checks.map((check) => {
        const own = others.filter((line) => line.check === check);
        const isFiles = check === "files" && files.length > 0;
        if (own.length === 0 && !isFiles) return null;
        return (
          <li key={check}>
            <strong>{text.checks[check]}</strong>
            {isFiles && (
              <details>
                <summary>
                  <StatusMark status="ok">{text.says.files(files.length)}</StatusMark>
                </summary>
                <ul aria-label={text.all}>
                  {files.map(({ file }) => (
                    <li key={file}>
                      <code>{file}</code>
                    </li>
                  ))}
                </ul>
              </details>
            )}
            {own.map((line) => (
              <p key={`${line.file}-${line.detail}`}>
                <StatusMark status={line.isGood ? "ok" : "danger"}>
                  {line.isGood
                    ? text.says[check](line.count, line.detail)
                    : `${line.file}: ${line.detail}`}
                </StatusMark>
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
