import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback } from "react";

import { formatDate } from "@/shared/date/format";
import type { Tenant } from "@/shared/session/session";
import { type Locale, useLocale, useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";
import { type Column, VirtualTable } from "@/shared/ui/VirtualTable";

import classes from "./Journal.module.css";
import { amountOf } from "./entryAmount";
import type { Entry } from "./proof";
import { type EntryFilter, journalQueries } from "./queries";
import { journalText, type JournalText } from "./text";

interface JournalListProps {
  tenant: Tenant;
  filter: EntryFilter;
}

/** Posted entries, the newest first, as many as are scrolled to. */
export function JournalList({ tenant, filter }: JournalListProps) {
  const words = useText(journalText);
  const locale = useLocale();
  const query = useInfiniteQuery(journalQueries.entries(tenant.tenant_id, filter));
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  if (query.isPending) return <Loading rows={16} />;
  if (query.isError && rows.length === 0) {
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  }
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (rows.length === 0 && !hasNextPage) {
    return (
      <EmptyView
        action={
          <Link to="/t/$tenant/journal/new" params={{ tenant: tenant.tenant_id }}>
            {words.newEntry}
          </Link>
        }
      >
        {isFiltered ? words.noMatches : words.noEntries}
      </EmptyView>
    );
  }
  return (
    <div className={query.isPlaceholderData ? classes["old"] : undefined}>
      <VirtualTable
        label={words.journal}
        columns={columnsOf(tenant, words, locale)}
        rows={rows}
        total={hasNextPage ? null : rows.length}
        rowKey={(entry) => entry.number}
        narrow={(entry) => <Narrow entry={entry} tenant={tenant} words={words} locale={locale} />}
        onEnd={more}
        keyGroup={words.journal}
      />
      {query.isFetchNextPageError && (
        <ProblemView error={query.error} onRetry={() => void fetchNextPage()} />
      )}
      {query.isFetchingNextPage && <p role="status">{words.loadingMore}</p>}
      {/* Where there are rows, their end asks for more by itself. */}
      {hasNextPage && rows.length === 0 && (
        <Button variant="subtle" onClick={more} loading={isFetching}>
          {words.more}
        </Button>
      )}
    </div>
  );
}

function columnsOf(tenant: Tenant, words: JournalText, locale: Locale): Column<Entry>[] {
  return [
    {
      key: "number",
      head: words.number,
      track: "5.5rem",
      cell: ({ number }) => <EntryLink tenant={tenant} number={number} />,
    },
    {
      key: "date",
      head: words.date,
      track: "6.5rem",
      cell: ({ date }) => formatDate(date, locale.format),
    },
    { key: "ref", head: words.reference, track: "7rem", cell: ({ reference }) => reference },
    {
      key: "description",
      head: words.description,
      track: "minmax(8rem, 2fr)",
      cell: (entry) => (
        <>
          {entry.description} <Marks entry={entry} words={words} />
        </>
      ),
    },
    {
      key: "accounts",
      head: words.accounts,
      track: "minmax(6rem, 1fr)",
      cell: (entry) => codesOf(entry),
    },
    {
      key: "amount",
      head: words.amount,
      track: "10rem",
      align: "end",
      cell: (entry) => amountOf(entry, tenant, locale.format),
    },
  ];
}

function EntryLink({ tenant, number }: { tenant: Tenant; number: number }) {
  return (
    <Link to="/t/$tenant/journal/$number" params={{ tenant: tenant.tenant_id, number }}>
      {number}
    </Link>
  );
}

function Marks({ entry, words }: { entry: Entry; words: JournalText }) {
  return (
    <>
      {entry.reversed_by !== null && <StatusMark status="warn">{words.reversed}</StatusMark>}
      {entry.reverses !== null && <StatusMark status="info">{words.reversal}</StatusMark>}
      {entry.late && <StatusMark status="warn">{words.late}</StatusMark>}
    </>
  );
}

function codesOf(entry: Entry): string {
  return [...new Set(entry.lines.map((line) => line.account_code))].join(", ");
}

interface NarrowProps {
  entry: Entry;
  tenant: Tenant;
  words: JournalText;
  locale: Locale;
}

/** Two lines of a phone's width. */
function Narrow({ entry, tenant, words, locale }: NarrowProps) {
  return (
    <div className={classes["narrow"]}>
      <EntryLink tenant={tenant} number={entry.number} />
      <span className={classes["what"]}>{entry.description}</span>
      <span>{amountOf(entry, tenant, locale.format)}</span>
      <span className={classes["dim"]}>{formatDate(entry.date, locale.format)}</span>
      <span className={classes["dim"]}>
        {codesOf(entry)} <Marks entry={entry} words={words} />
      </span>
    </div>
  );
}
