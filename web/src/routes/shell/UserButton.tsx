import { Button, type ButtonProps } from "@mantine/core";
import type { ComponentProps } from "react";

import { useText } from "@/shared/text/text";
import { UserIcon } from "@/shared/ui/icons";

import { shellText } from "./text";

/** Opens what is about the person. */
export function UserButton(props: ButtonProps & ComponentProps<"button">) {
  const text = useText(shellText);
  return (
    <Button
      variant="subtle"
      size="compact-md"
      aria-haspopup="menu"
      aria-label={text.user}
      {...props}
    >
      <UserIcon />
    </Button>
  );
}
