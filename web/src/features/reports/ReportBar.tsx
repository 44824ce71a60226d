import { Button, NativeSelect } from "@mantine/core";
import { useId, useState } from "react";

import type { CivilDate } from "@/shared/date/civil";

import { DateFilter } from "./DateFilter";
import { presetOf, presets, type Range, rangeOf } from "./ranges";
import classes from "./ReportBar.module.css";
import { everies, type ReportSearch, reportSearch, searchOf } from "./search";
import { TextFilter } from "./TextFilter";
import { useWords } from "./useWords";

interface ReportBarProps {
  range: Range;
  search: ReportSearch;
  today: CivilDate;
  /** First day of the fiscal year, MM-DD. */
  yearStart: string;
  /** A balance sheet is of a day, a ledger has no columns beside. */
  kind: "statement" | "as-at" | "ledger";
  /** Called with the whole new search. */
  onSearch: (search: ReportSearch) => void;
}

const counts = Array.from({ length: 12 }, (_, index) => index + 1);

/** What a report is of. Everything chosen here is in the URL. */
export function ReportBar(props: ReportBarProps) {
  const { range, search, today, kind, onSearch } = props;
  const { text } = useWords();
  const moreId = useId();
  const isRestricted =
    search.tag !== undefined || search.known !== undefined || search.closing !== undefined;
  const [more, setMore] = useState(isRestricted);
  const set = (change: Partial<ReportSearch>): void => onSearch({ ...search, ...change });
  const setRange = (next: Range): void => set(searchOf(next));

  return (
    <div className={`${classes["bar"]} no-print`}>
      {kind !== "as-at" && <PresetSelect {...props} setRange={setRange} />}
      {kind !== "as-at" && (
        <DateFilter
          label={text.from}
          value={range.from}
          today={today}
          onSettle={(from) => setRange({ ...range, from })}
        />
      )}
      <DateFilter
        label={kind === "as-at" ? text.asAt : text.to}
        value={range.to}
        today={today}
        onSettle={(to) =>
          kind === "as-at" ? set({ to: to ?? "end" }) : setRange({ ...range, to })
        }
      />
      {kind !== "ledger" && <Compare search={search} set={set} isSheet={kind === "as-at"} />}
      <Button
        variant="subtle"
        className={classes["more"]}
        aria-expanded={more}
        aria-controls={moreId}
        onClick={() => setMore(!more)}
      >
        {text.more}
      </Button>
      <div id={moreId} className={classes["row"]} hidden={!more}>
        <Restrictions search={search} set={set} />
      </div>
    </div>
  );
}

function PresetSelect(props: ReportBarProps & { setRange: (range: Range) => void }) {
  const { range, today, yearStart, setRange } = props;
  const { text } = useWords();
  return (
    <NativeSelect
      label={text.range}
      value={presetOf(range, today, yearStart) ?? "custom"}
      onChange={({ currentTarget }) => {
        const preset = presets.find((one) => one === currentTarget.value);
        if (preset !== undefined) setRange(rangeOf(preset, today, yearStart));
      }}
    >
      {presets.map((preset) => (
        <option key={preset} value={preset}>
          {text.presets[preset]}
        </option>
      ))}
      <option value="custom" disabled>
        {text.presets.custom}
      </option>
    </NativeSelect>
  );
}

interface PartProps {
  search: ReportSearch;
  set: (change: Partial<ReportSearch>) => void;
}

function Compare({ search, set, isSheet }: PartProps & { isSheet: boolean }) {
  const { text } = useWords();
  return (
    <>
      <NativeSelect
        label={text.compare}
        value={search.compare ?? 0}
        onChange={({ currentTarget }) => {
          const compare = Number(currentTarget.value);
          set({ compare: compare === 0 ? undefined : compare });
        }}
      >
        <option value={0}>{text.compareNone}</option>
        {counts.map((count) => (
          <option key={count} value={count}>
            {text.compareCount(count)}
          </option>
        ))}
      </NativeSelect>
      {search.compare !== undefined && (
        <NativeSelect
          label={text.compareWith}
          value={search.every ?? "period"}
          onChange={({ currentTarget }) =>
            set({ every: everies.find((one) => one === currentTarget.value) })
          }
        >
          <option value="period">{isSheet ? text.yearEndsBefore : text.periodsBefore}</option>
          {everies.map((every) => (
            <option key={every} value={every}>
              {text.before[every]}
            </option>
          ))}
        </NativeSelect>
      )}
    </>
  );
}

function Restrictions({ search, set }: PartProps) {
  const { text } = useWords();
  return (
    <>
      <TextFilter
        label={text.tags}
        description={text.tagsHint}
        value={search.tag?.join(", ") ?? ""}
        onSettle={(typed) => {
          const tag = typed.split(",").map((one) => one.trim());
          set({ tag: reportSearch({ tag }).tag });
        }}
      />
      <TextFilter
        label={text.known}
        description={text.knownHint}
        inputMode="numeric"
        value={search.known?.toString() ?? ""}
        onSettle={(typed) => set({ known: reportSearch({ known: Number(typed) }).known })}
      />
      <NativeSelect
        label={text.closing}
        description={text.closingHint}
        value={search.closing ?? "usual"}
        onChange={({ currentTarget }) =>
          set({ closing: reportSearch({ closing: currentTarget.value }).closing })
        }
      >
        <option value="usual">{text.closings.usual}</option>
        <option value="include">{text.closings.include}</option>
        <option value="exclude">{text.closings.exclude}</option>
      </NativeSelect>
    </>
  );
}
