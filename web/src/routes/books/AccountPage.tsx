import type { ReactElement } from "react";
import { Page } from "@/shared/ui/Page";

export function AccountPage(): ReactElement {
  return <Page title="x">x</Page>;
}
