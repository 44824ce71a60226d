import { Link } from "@tanstack/react-router";

import { Actor } from "@/shared/actors/Actor";
import { useActors } from "@/shared/actors/useActors";
import { formatDateLong, formatInstant } from "@/shared/date/format";
import { fromWire, scaleOfWire } from "@/shared/money/decimal";
import { formatMoney } from "@/shared/money/format";
import type { Tenant } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { tagsText } from "./body";
import classes from "./Journal.module.css";
import type { Entry } from "./proof";
import { journalText } from "./text";

interface EntryViewProps {
  tenant: Tenant;
  entry: Entry;
  /** The accounts' names, by id. */
  names: ReadonlyMap<number, string>;
}

/** A posted entry: what it says, and its lines. */
export function EntryView({ tenant, entry, names }: EntryViewProps) {
  const words = useText(journalText);
  const { format } = useLocale();
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = formatInstant(entry.posted_at, format, zone);
  const who = useActors(tenant.tenant_id, [entry.posted_by]);
  const facts: [string, React.ReactNode][] = [
    [words.date, formatDateLong(entry.date, format)],
    ...optional(words.reference, entry.reference),
    ...optional(words.tags, tagsText(entry.tags)),
    ...(entry.document_date === null
      ? []
      : optional(words.documentDate, formatDateLong(entry.document_date, format))),
    [words.postedBy, <Actor key="by" actor={entry.posted_by} words={who(entry.posted_by)} />],
    [
      words.postedAt,
      <time key="at" dateTime={entry.posted_at}>
        {words.utc(at.utc)} · {words.localTime(at.local)}
      </time>,
    ],
    [words.source, words.sources[entry.source]],
    ...linked(words.reverses, entry.reverses, tenant),
    ...linked(words.reversedBy, entry.reversed_by, tenant),
    ...optional(words.reason, entry.reason),
    ...optional(words.lateReason, entry.late_reason),
  ];
  return (
    <>
      <p>
        {entry.description} {entry.late && <StatusMark status="warn">{words.late}</StatusMark>}
      </p>
      <dl className={classes["facts"]}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Lines tenant={tenant} entry={entry} names={names} />
    </>
  );
}

function optional(name: string, value: string): [string, React.ReactNode][] {
  return value === "" ? [] : [[name, value]];
}

function linked(name: string, number: number | null, tenant: Tenant): [string, React.ReactNode][] {
  if (number === null) return [];
  return [
    [
      name,
      <Link
        key={number}
        to="/t/$tenant/journal/$number"
        params={{ tenant: tenant.tenant_id, number }}
      >
        {number}
      </Link>,
    ],
  ];
}

function Lines({ tenant, entry, names }: EntryViewProps) {
  const words = useText(journalText);
  const { format } = useLocale();
  const base = tenant.base_currency;
  const hasForeign = entry.lines.some(({ currency }) => currency !== base);
  const scale = Math.max(0, ...entry.lines.map((line) => scaleOfWire(line.base_amount)));
  const worths = entry.lines.map((line) => fromWire(line.base_amount, scale));
  const total = worths.reduce((sum, minor) => sum + (minor > 0n ? minor : 0n), 0n);
  const figure = (wire: string, currency: string, side: "debit" | "credit") => {
    const own = scaleOfWire(wire);
    const minor = fromWire(wire, own);
    if (minor === 0n ? side === "credit" : minor > 0n !== (side === "debit")) return "";
    const shown = formatMoney(minor < 0n ? -minor : minor, own, format);
    return currency === base ? shown : `${shown} ${currency}`;
  };
  return (
    <div className={classes["scroll"]}>
      <table className={classes["plain"]}>
        <thead>
          <tr>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.memo}</th>
            <th scope="col" className={classes["figure"]}>
              {words.debit}
            </th>
            <th scope="col" className={classes["figure"]}>
              {words.credit}
            </th>
            {hasForeign && (
              <th scope="col" className={classes["figure"]}>
                {words.worth(base)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {entry.lines.map((line, place) => (
            // Lines never change, nor their order.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={place}>
              <td>
                <Link
                  to="/t/$tenant/accounts/$account"
                  params={{ tenant: tenant.tenant_id, account: line.account_id }}
                >
                  {line.account_code} {names.get(line.account_id)}
                </Link>
              </td>
              <td>{line.memo}</td>
              <td className={classes["figure"]}>{figure(line.amount, line.currency, "debit")}</td>
              <td className={classes["figure"]}>{figure(line.amount, line.currency, "credit")}</td>
              {hasForeign && (
                <td className={classes["figure"]}>
                  {formatMoney(fromWire(line.base_amount, scale), scale, format)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
        {!hasForeign && (
          <tfoot>
            <tr>
              <td colSpan={2}>{words.total}</td>
              <td className={classes["figure"]}>{formatMoney(total, scale, format)}</td>
              <td className={classes["figure"]}>{formatMoney(total, scale, format)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
