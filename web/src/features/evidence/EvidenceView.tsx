import type { ReactNode } from "react";

import { useLocale, useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Facts } from "@/shared/ui/Facts";
import { Moment } from "@/shared/ui/Moment";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import classes from "./evidence.module.css";
import type { Evidence } from "./queries";
import { evidenceText } from "./text";
import type { Manifest } from "./verify/manifest";

interface EvidenceViewProps {
  evidence: Evidence;
  /** How a file is downloaded. */
  linkTo: (path: string) => ReactNode;
}

/** What the evidence of an execution holds: what is missing first, then every file. */
export function EvidenceView({ evidence, linkTo }: EvidenceViewProps) {
  const text = useText(evidenceText);
  const { manifest, files, folder } = evidence;
  if (files.length === 0) return <EmptyView>{text.elsewhere}</EmptyView>;
  if (manifest === null) {
    return (
      <>
        <StatusMark status="info">{text.unfinished}</StatusMark>
        <PathList paths={files.map(({ path }) => path)} linkTo={linkTo} />
      </>
    );
  }
  const { audit } = manifest;
  const named = new Set(manifest.files.map(({ path }) => path));
  const beside = files.map(({ path }) => path).filter((path) => !named.has(path));
  return (
    <>
      <Section title={text.missing}>
        {manifest.missing.length === 0 && (
          <StatusMark status="ok">{text.nothingMissing}</StatusMark>
        )}
        <ul>
          {manifest.missing.map(({ what, reason }) => (
            <li key={what}>
              <StatusMark status="no-data">{`${what}: ${reason}`}</StatusMark>
            </li>
          ))}
        </ul>
      </Section>
      <Facts
        facts={[
          { name: text.folder, value: <code>{folder}</code> },
          { name: text.outcome, value: manifest.outcome },
          { name: text.finished, value: <Moment at={manifest.finishedAt} /> },
          { name: text.by, value: manifest.producer },
          { name: text.log, value: text.leaves(audit.first, audit.last, audit.size, audit.origin) },
        ]}
      />
      <FilesSection manifest={manifest} linkTo={linkTo} />
      {/* No manifest names itself, nor what came after it; without them nobody can verify the rest. */}
      <Section title={text.beside}>
        <PathList paths={beside} linkTo={linkTo} />
      </Section>
    </>
  );
}

interface PathListProps {
  paths: readonly string[];
  linkTo: EvidenceViewProps["linkTo"];
}

function PathList({ paths, linkTo }: PathListProps) {
  return (
    <ul className={classes["paths"]}>
      {paths.map((path) => (
        <li key={path}>{linkTo(path)}</li>
      ))}
    </ul>
  );
}

function FilesSection({
  manifest,
  linkTo,
}: {
  manifest: Manifest;
  linkTo: EvidenceViewProps["linkTo"];
}) {
  const text = useText(evidenceText);
  const { format } = useLocale();
  const count = new Intl.NumberFormat(format);
  return (
    <Section title={text.files}>
      <TableFrame label={text.files}>
        <thead>
          <tr>
            <th scope="col">{text.path}</th>
            <th scope="col" className={table["number"]}>
              {text.size}
            </th>
            <th scope="col">SHA-256</th>
            <th scope="col">{text.captured}</th>
            <th scope="col" className={table["number"]}>
              {text.coverage}
            </th>
          </tr>
        </thead>
        <tbody>
          {manifest.files.map((file) => (
            <tr key={file.path}>
              <th scope="row">{linkTo(file.path)}</th>
              <td className={table["number"]}>{text.bytes(count.format(file.size))}</td>
              <td>
                <Digest value={file.sha256} />
              </td>
              <td>
                <Moment at={file.capturedAt} />
              </td>
              <td className={table["number"]}>
                {file.coveragePpm === null ? "–" : text.percent(file.coveragePpm)}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Section>
  );
}
