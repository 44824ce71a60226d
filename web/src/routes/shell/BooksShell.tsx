import type { ReactElement } from "react";

import { booksRail, dashboardRail } from "../books/area";
import { journalRail } from "../journal/area";
import { reportsRail } from "../reports/area";
import { Shell } from "./Shell";

const rail = [...dashboardRail, ...journalRail, ...booksRail, ...reportsRail];

export function BooksShell(): ReactElement {
  return <Shell world="books" rail={rail} />;
}
