import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { FileField } from "./FileField";

test("a chosen file is told, and a choice that was given up", () => {
  const onFiles = vi.fn<(files: readonly File[]) => void>();
  render(<FileField label="Document" hint="PDF alone" accept=".pdf" onFiles={onFiles} />);
  const field = screen.getByLabelText("Document", { selector: "input[type='file']" });
  expect(field.getAttribute("accept")).toBe(".pdf");
  expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
    "PDF alone",
  );
  const file = new File(["%PDF"], "bill.pdf");
  fireEvent.change(field, { target: { files: [file] } });
  expect(onFiles).toHaveBeenLastCalledWith([file]);
  fireEvent.change(field, { target: { files: [] } });
  expect(onFiles).toHaveBeenLastCalledWith([]);
});

test("what is wrong with the choice stands at the field, and a folder is chosen where one is meant", () => {
  render(<FileField label="Evidence" error="It is empty." isFolder onFiles={() => undefined} />);
  const field = screen.getByLabelText("Evidence");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("It is empty.").id).toBe(field.getAttribute("aria-describedby"));
  expect(field.hasAttribute("webkitdirectory")).toBe(true);
});
