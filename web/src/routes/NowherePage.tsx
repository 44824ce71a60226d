import type { ReactElement } from "react";

import { Card } from "./identity/Card";
import { NotFoundPage } from "./shell/NotFoundPage";

/** An address that is no page's, and none of the caller's tenants: outside of every shell. */
export function NowherePage(): ReactElement {
  return (
    <Card>
      <NotFoundPage />
    </Card>
  );
}
