import type { ReactElement } from "react";

import { booksRail, dashboardRail } from "../books/area";
import { importRail } from "../imports/area";
import { journalRail } from "../journal/area";
import { periodRail } from "../periods/area";
import { reportsRail } from "../reports/area";
import { Shell } from "./Shell";

const rail = [
  ...dashboardRail,
  ...journalRail,
  ...booksRail,
  ...importRail,
  ...periodRail,
  ...reportsRail,
];

export function BooksShell(): ReactElement {
  return <Shell world="books" rail={rail} />;
}
