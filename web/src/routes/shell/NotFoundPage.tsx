import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { shellText } from "./text";

export function NotFoundPage(): ReactElement {
  const text = useText(shellText);
  return (
    <Page title={text.notFound}>
      <p>{text.notFoundDetail}</p>
      <Link to="/">{text.home}</Link>
    </Page>
  );
}
