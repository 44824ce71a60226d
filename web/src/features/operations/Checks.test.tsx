import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Checks } from "./Checks";

test("a check says what it found, also where all is well", () => {
  const ungoverned = "settings are ungoverned: what the launch plan names changes without approval";
  render(
    <MantineProvider>
      <Checks
        checks={[
          { name: "database", state: "failing", detail: "Nobody answers." },
          { name: "governance", state: "ok", detail: ungoverned },
        ]}
      />
    </MantineProvider>,
  );
  const [database, governance] = screen.getAllByRole("listitem");
  expect(database?.textContent).toContain("Nobody answers.");
  expect(database?.querySelector("[data-status]")?.getAttribute("data-status")).toBe("danger");
  expect(governance?.textContent).toContain("governance");
  expect(governance?.textContent).toContain(ungoverned);
});
