import { useLocale, useText } from "@/shared/text/text";
import { NoDataMark } from "@/shared/ui/NoDataMark";

import { boundOf, figureText } from "./figures";
import { GradeMark } from "./GradeMark";
import classes from "./operations.module.css";
import type { JudgedFigure } from "./queries";
import { operationsText, wordOf } from "./text";

/** Each figure with its state in a word and the plan's thresholds. */
export function FigureTiles({ figures }: { figures: readonly JudgedFigure[] }) {
  return (
    <ul className={classes["tiles"]}>
      {figures.map((figure) => (
        <Tile key={figure.metric} figure={figure} />
      ))}
    </ul>
  );
}

function Tile({ figure }: { figure: JudgedFigure }) {
  const text = useText(operationsText);
  const { format } = useLocale();
  const { metric, unit, value, samples, grade, thresholds } = figure;
  const isOfMoment = unit === "count" || metric === "pool_utilisation";
  return (
    <li className={classes["tile"]} data-grade={grade}>
      <p className={classes["name"]}>{wordOf(text.metrics, metric)}</p>
      {value === null ? (
        <p className={classes["value"]}>
          <NoDataMark />
        </p>
      ) : (
        <p className={classes["value"]}>
          <strong>{figureText(value, unit, format)}</strong>
          <GradeMark grade={grade} />
        </p>
      )}
      <p className={classes["detail"]}>
        {thresholds.length === 0 && text.noThreshold}
        {thresholds.map(({ when, grade: its }) => (
          <span key={`${its} ${when}`}>
            {(its === "warn" ? text.warnsAt : text.criticalAt)(boundOf(when, metric))}
          </span>
        ))}
      </p>
      {!isOfMoment && (
        <p className={classes["detail"]}>
          {text.samples(new Intl.NumberFormat(format).format(samples))}
        </p>
      )}
    </li>
  );
}
