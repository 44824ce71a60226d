import { Drawer } from "@mantine/core";

import { useText } from "@/shared/text/text";

import { Rail } from "./Rail";
import type { RailItem } from "./rail";
import { shellText } from "./text";

interface RailDrawerProps {
  opened: boolean;
  onClose: () => void;
  world: "books" | "operations";
  items: readonly RailItem[];
}

/** The rail where it has no room beside the page. */
export function RailDrawer({ opened, onClose, world, items }: RailDrawerProps) {
  const text = useText(shellText);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size="16rem"
      title={text[world]}
      closeButtonProps={{ "aria-label": text.close }}
    >
      <Rail world={world} items={items} onGo={onClose} />
    </Drawer>
  );
}
