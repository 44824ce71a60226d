import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import { EvidenceView } from "./EvidenceView";
import type { Evidence } from "./queries";
import { parseManifest } from "./verify/manifest";
import { testBundle } from "./verify/testBundle";

test("what is missing stands first, marked as no data and with its reason", async () => {
  const { files } = await testBundle();
  const evidence: Evidence = {
    folder: "CHG-0001/attempt-1",
    files: [...files].map(([path, { length }]) => ({ path, size: length })),
    manifest: parseManifest(files.get("manifest.json") ?? new Uint8Array()),
  };
  render(
    <MantineProvider>
      <EvidenceView evidence={evidence} linkTo={(path) => path} />
    </MantineProvider>,
  );
  const [first] = screen.getAllByRole("heading");
  expect(first?.textContent).toBe("Missing");
  const [item] = screen.getAllByRole("listitem");
  expect(item?.textContent).toBe("incidents.json: There was none.");
  expect(item?.querySelector("[data-status]")?.getAttribute("data-status")).toBe("no-data");
  // Whoever reads on finds what is there: the manifest names these.
  expect(within(screen.getByRole("table")).getByText("measurements.jsonl")).toBeTruthy();
  expect(screen.queryByText("Nothing that should be there is missing.")).toBeNull();
});
