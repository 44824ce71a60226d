import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";

/** The palette, by theme. Text on either background has a contrast of at least 5.5:1, edges at least 3:1. */
export const palette = {
  light: {
    page: "#ffffff",
    raised: "#f6f7f9",
    text: "#171a1f",
    dim: "#59626f",
    edge: "#868f9c",
    line: "#dfe3e8",
    accent: "#0b6b5d",
    "on-accent": "#ffffff",
    ok: "#1d7037",
    warn: "#8a5300",
    danger: "#b3261e",
    info: "#1b5ea8",
    "no-data": "#6d4aa8",
    "rail-books": "#eef3f2",
    "rail-operations": "#f1eff6",
  },
  dark: {
    page: "#14171b",
    raised: "#1c2026",
    text: "#e7eaee",
    dim: "#a2acb8",
    edge: "#6c7683",
    line: "#333a43",
    accent: "#4cc2ae",
    "on-accent": "#0d1f1c",
    ok: "#6fcb84",
    warn: "#f0b54a",
    danger: "#ff8f80",
    info: "#80b3f2",
    "no-data": "#bda6ea",
    "rail-books": "#171e1e",
    "rail-operations": "#1d1b25",
  },
} as const;

// Shade 4 is the accent on dark, shade 7 on light; the others are steps between and beyond.
const accent: MantineColorsTuple = [
  "#e6f6f3",
  "#c9ebe5",
  "#9bdace",
  "#72cdbc",
  "#4cc2ae",
  "#2f9f8d",
  "#168373",
  "#0b6b5d",
  "#09574c",
  "#06433a",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  colors: { accent },
  // What stands on the accent differs by theme; Mantine would choose it once, for the light one.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isOnAccent = input.variant === "filled" && (input.color ?? "accent") === "accent";
    return isOnAccent ? { ...colors, color: "var(--ab-on-accent)" } : colors;
  },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.43", lg: "1.45", xl: "1.3" },
  spacing: { xs: "0.25rem", sm: "0.5rem", md: "0.75rem", lg: "1rem", xl: "1.5rem" },
  defaultRadius: 4,
  components: {
    // A dialog is there, or gone, with the key press: one that fades holds the focus meanwhile, and keys are lost on it.
    Modal: { defaultProps: { transitionProps: { duration: 0 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 0 } } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.75rem" },
      h2: { fontSize: "1rem", lineHeight: "1.5rem" },
      h3: { fontSize: "0.875rem", lineHeight: "1.25rem" },
    },
  },
});

function ours(colours: Record<keyof (typeof palette)["light"], string>): Record<string, string> {
  const named = Object.entries(colours).map(([name, value]) => [`--ab-${name}`, value]);
  return {
    ...Object.fromEntries(named),
    "--mantine-color-body": colours.page,
    "--mantine-color-text": colours.text,
    "--mantine-color-dimmed": colours.dim,
    "--mantine-color-anchor": colours.accent,
    "--mantine-color-error": colours.danger,
    "--mantine-color-placeholder": colours.dim,
    "--mantine-color-default-border": colours.edge,
    "--mantine-color-default": colours.page,
    "--mantine-color-default-color": colours.text,
    "--mantine-color-accent-outline": colours.accent,
    "--mantine-color-accent-light": `color-mix(in srgb, ${colours.accent} 8%, ${colours.page})`,
    "--mantine-color-accent-light-hover": `color-mix(in srgb, ${colours.accent} 14%, ${colours.page})`,
    "--mantine-color-accent-light-color": colours.accent,
    "--mantine-primary-color-contrast": colours["on-accent"],
  };
}

/** Our colours as CSS variables (`--ab-text`, `--ab-warn`, …), and Mantine's own set to them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: ours(palette.light),
  dark: ours(palette.dark),
});
