import type { ReactElement } from "react";

import { booksRail } from "../books/area";
import { journalRail } from "../journal/area";
import { Shell } from "./Shell";

const rail = [...booksRail, ...journalRail];

export function BooksShell(): ReactElement {
  return <Shell world="books" rail={rail} />;
}
