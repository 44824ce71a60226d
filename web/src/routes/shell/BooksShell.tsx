import type { ReactElement } from "react";

import { may } from "@/shared/session/permissions";

import { booksRail, dashboardRail } from "../books/area";
import { importRail } from "../imports/area";
import { journalRail } from "../journal/area";
import { tenantRoute } from "../layouts";
import { peopleRail } from "../people/area";
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
  ...peopleRail,
];

export function BooksShell(): ReactElement {
  const { tenant } = tenantRoute.useRouteContext();
  const items = rail.filter(
    ({ permission }) => permission === undefined || may(tenant.role, permission),
  );
  return <Shell world="books" rail={items} />;
}
