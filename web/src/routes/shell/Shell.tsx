import { Button } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense, useRef, useState } from "react";

import { useText } from "@/shared/text/text";
import { MenuIcon, SearchIcon } from "@/shared/ui/icons";
import { NOTHING_TYPED } from "@/shared/ui/pick";

import { later } from "./later";
import { PeriodChip } from "./PeriodChip";
import { Rail } from "./Rail";
import type { RailItem } from "./rail";
import classes from "./Shell.module.css";
import { TenantButton } from "./TenantButton";
import { shellText } from "./text";
import { TypedAhead } from "./TypedAhead";
import { UserButton } from "./UserButton";
import { useShellKeys } from "./useShellKeys";

// Dialogs and menus are loaded as the page already stands: it opens sooner without them.
const KeyHelp = later(async () => (await import("./KeyHelp")).KeyHelp);
const Palette = later(async () => (await import("./Palette")).Palette);
const RailDrawer = later(async () => (await import("./RailDrawer")).RailDrawer);
const TenantDialog = later(async () => (await import("./TenantDialog")).TenantDialog);
const UserMenu = later(async () => (await import("./UserMenu")).UserMenu);

interface ShellProps {
  world: "books" | "operations";
  rail: readonly RailItem[];
}

type Open = "nothing" | "menu" | "palette" | "tenants" | "user" | "keys";

/** What stands around every page: top bar, left rail, content. */
export function Shell({ world, rail }: ShellProps) {
  const text = useText(shellText);
  const [open, setOpen] = useState<Open>("nothing");
  const [ahead, setAhead] = useState(NOTHING_TYPED);
  // No state: drawn anew by its focus, the button would be replaced between press and release of a click.
  const isOnUser = useRef(false);
  const close = (): void => {
    setOpen("nothing");
    setAhead(NOTHING_TYPED);
  };
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
        <TenantButton onClick={() => setOpen("tenants")} />
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
        <Suspense
          fallback={
            <UserButton
              onClick={() => setOpen("user")}
              onFocus={() => {
                isOnUser.current = true;
              }}
              onBlur={() => {
                isOnUser.current = false;
              }}
            />
          }
        >
          <UserMenu
            takesFocus={isOnUser}
            opened={open === "user"}
            onChange={(isOpen) => setOpen(isOpen ? "user" : "nothing")}
            onKeys={() => setOpen("keys")}
          />
        </Suspense>
      </header>
      <div className={classes["rail"]}>
        <Rail world={world} items={rail} />
      </div>
      <main id="content" tabIndex={-1} className={classes["content"]}>
        <Outlet />
      </main>
      <Suspense
        fallback={
          (open === "palette" || open === "tenants") && (
            <TypedAhead
              label={open === "tenants" ? text.switchTenant : text.searchHint}
              typed={ahead}
              onType={setAhead}
              onClose={close}
            />
          )
        }
      >
        <RailDrawer opened={open === "menu"} onClose={close} world={world} items={rail} />
        <Palette opened={open === "palette"} onClose={close} ahead={ahead} rail={rail} />
        <TenantDialog opened={open === "tenants"} onClose={close} ahead={ahead} />
        <KeyHelp opened={open === "keys"} onClose={close} />
      </Suspense>
    </div>
  );
}
