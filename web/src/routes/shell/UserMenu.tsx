import { Menu, useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useLayoutEffect, useRef } from "react";

import { useSignOut } from "@/features/identity/mutations";
import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";

import classes from "./Shell.module.css";
import { shellText } from "./text";
import { UserButton } from "./UserButton";

const schemes = ["auto", "light", "dark"] as const;

interface UserMenuProps {
  /** Whether the button that stood here until this was loaded had the focus. */
  takesFocus: RefObject<boolean>;
  opened: boolean;
  onChange: (isOpen: boolean) => void;
  onKeys: () => void;
}

export function UserMenu({ takesFocus, opened, onChange, onKeys }: UserMenuProps) {
  const text = useText(shellText);
  const { user } = useCaller();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus.current) button.current?.focus();
  }, [takesFocus]);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const leave = (): void =>
    signOut.mutate(undefined, { onSuccess: () => void navigate({ to: "/sign-in" }) });

  return (
    <Menu
      opened={opened}
      onChange={onChange}
      position="bottom-end"
      width="15rem"
      // The first entry has the focus itself: an element that only holds it isn't allowed in a menu.
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <UserButton ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span className={classes["person"]}>{user?.name}</span>
          <br />
          {user?.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{text.theme}</Menu.Label>
        {schemes.map((scheme) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={colorScheme === scheme}
            checkIcon="✓"
            className={classes["choice"]}
            onChange={() => setColorScheme(scheme)}
          >
            {text.themes[scheme]}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate({ to: "/settings" })}>{text.settings}</Menu.Item>
        <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>
          {text.keys}
        </Menu.Item>
        <Menu.Item onClick={leave}>{text.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
