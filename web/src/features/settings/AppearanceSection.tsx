import { Checkbox, NativeSelect, useMantineColorScheme } from "@mantine/core";

import { useText } from "@/shared/text/text";
import { densities, useDensity } from "@/shared/ui/density";
import { localeChoices, useLocaleChoice } from "@/shared/ui/localeChoice";
import { Section } from "@/shared/ui/Section";
import { useSingleKeys } from "@/shared/ui/singleKeys";

import classes from "./settings.module.css";
import { settingsText } from "./text";

const schemes = ["auto", "light", "dark"] as const;

/** What this browser shows and hears; it takes effect at once. */
export function AppearanceSection() {
  const text = useText(settingsText);
  const [locale, setLocale] = useLocaleChoice();
  const [density, setDensity] = useDensity();
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={text.appearance}>
      <div className={classes["choices"]}>
        <NativeSelect
          label={text.locale}
          value={locale}
          onChange={(event) =>
            setLocale(localeChoices.find((tag) => tag === event.currentTarget.value) ?? "browser")
          }
        >
          {localeChoices.map((tag) => (
            <option key={tag} value={tag}>
              {tag === "browser" ? text.asBrowser(navigator.language) : nameOf(tag)}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          label={text.theme}
          value={colorScheme}
          onChange={(event) =>
            setColorScheme(schemes.find((one) => one === event.currentTarget.value) ?? "auto")
          }
        >
          {schemes.map((scheme) => (
            <option key={scheme} value={scheme}>
              {text.themes[scheme]}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          label={text.density}
          value={density}
          onChange={(event) =>
            setDensity(densities.find((one) => one === event.currentTarget.value) ?? "roomy")
          }
        >
          {densities.map((one) => (
            <option key={one} value={one}>
              {text.densities[one]}
            </option>
          ))}
        </NativeSelect>
        <Checkbox
          label={text.singleKeys}
          description={text.singleKeysHint}
          checked={singleKeys === "on"}
          onChange={(event) => setSingleKeys(event.currentTarget.checked ? "on" : "off")}
        />
        <p className={classes["hint"]}>{text.kept}</p>
      </div>
    </Section>
  );
}

/** In its own language: "Deutsch (Schweiz)". */
function nameOf(tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
}
