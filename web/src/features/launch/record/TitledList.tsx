import classes from "./record.module.css";

interface TitledListProps {
  title: string;
  items: readonly string[];
}

/** A short list under a small heading. */
export function TitledList({ title, items }: TitledListProps) {
  return (
    <div>
      <h3 className={classes["small"]}>{title}</h3>
      <ul className={classes["list"]}>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
