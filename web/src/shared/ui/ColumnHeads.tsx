/** Heads of columns, a cell each. */
export function ColumnHeads({ of, className }: { of: readonly string[]; className?: string }) {
  return of.map((head) => (
    <th key={head} scope="col" className={className}>
      {head}
    </th>
  ));
}
