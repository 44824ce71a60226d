import { Checkbox, Modal } from "@mantine/core";

import { useKeyRegistry } from "@/shared/keys/KeyProvider";
import { useSingleKeys } from "@/shared/ui/singleKeys";
import { helpOf } from "@/shared/keys/registry";
import { useText } from "@/shared/text/text";

import classes from "./KeyHelp.module.css";
import { shellText } from "./text";

interface KeyHelpProps {
  opened: boolean;
  onClose: () => void;
}

/** Which keys act on this screen, and the switch for those that are a single character. */
export function KeyHelp({ opened, onClose }: KeyHelpProps) {
  const text = useText(shellText);
  const registry = useKeyRegistry();
  const [characters, setCharacters] = useSingleKeys();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text.keysTitle}
      size="lg"
      closeButtonProps={{ "aria-label": text.close }}
    >
      {helpOf(registry.bindings(), { characters }).map(({ group, rows }) => (
        <section key={group} className={classes["group"]}>
          <h3>{group}</h3>
          <dl>
            {rows.map(({ keys, label }) => (
              <div key={keys} className={classes["row"]}>
                <dt>
                  {keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Checkbox
        label={text.singleKeys}
        checked={characters === "on"}
        onChange={(event) => setCharacters(event.currentTarget.checked ? "on" : "off")}
      />
    </Modal>
  );
}
