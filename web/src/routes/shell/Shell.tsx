import { Button, Drawer } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { useState } from "react";

import { useText } from "@/shared/text/text";
import { MenuIcon, SearchIcon } from "@/shared/ui/icons";

import { KeyHelp } from "./KeyHelp";
import { Palette } from "./Palette";
import { PeriodChip } from "./PeriodChip";
import { Rail } from "./Rail";
import type { RailItem } from "./rail";
import classes from "./Shell.module.css";
import { TenantSwitcher } from "./TenantSwitcher";
import { shellText } from "./text";
import { UserMenu } from "./UserMenu";
import { useShellKeys } from "./useShellKeys";

interface ShellProps {
  world: "books" | "operations";
  rail: readonly RailItem[];
}

type Open = "nothing" | "menu" | "palette" | "tenants" | "keys";

/** What stands around every page: top bar, left rail, content. */
export function Shell({ world, rail }: ShellProps) {
  const text = useText(shellText);
  const [open, setOpen] = useState<Open>("nothing");
  const close = (): void => setOpen("nothing");
  useShellKeys(rail, setOpen);

  return (
    <div className={classes["shell"]} data-world={world}>
      <a href="#content" className={classes["skip"]}>
        {text.skip}
      </a>
      <header className={classes["bar"]}>
        <Button
          variant="subtle"
          size="compact-md"
          className={classes["menu"]}
          onClick={() => setOpen("menu")}
          aria-label={text.menu}
        >
          <MenuIcon />
        </Button>
        <Link to="/" className={classes["name"]}>
          AccuBooks
        </Link>
        <TenantSwitcher
          opened={open === "tenants"}
          onOpen={() => setOpen("tenants")}
          onClose={close}
        />
        {world === "books" && <PeriodChip />}
        <Button
          variant="default"
          size="compact-md"
          className={classes["search"]}
          leftSection={<SearchIcon />}
          onClick={() => setOpen("palette")}
        >
          <span className={classes["searchWords"]}>
            {text.search} <kbd>Ctrl K</kbd>
          </span>
        </Button>
        <UserMenu onKeys={() => setOpen("keys")} />
      </header>
      <div className={classes["rail"]}>
        <Rail world={world} items={rail} />
      </div>
      <main id="content" tabIndex={-1} className={classes["content"]}>
        <Outlet />
      </main>
      <Drawer
        opened={open === "menu"}
        onClose={close}
        size="16rem"
        title={text[world]}
        closeButtonProps={{ "aria-label": text.close }}
      >
        <Rail world={world} items={rail} onGo={close} />
      </Drawer>
      <Palette opened={open === "palette"} onClose={close} rail={rail} />
      <KeyHelp opened={open === "keys"} onClose={close} />
    </div>
  );
}
