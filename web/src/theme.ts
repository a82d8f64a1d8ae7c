/** One accent, a quiet scale of greys, controls 32 pixels high: everything else the page draws follows from here. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#effaf8",
  "#d6f2ed",
  "#aee4dc",
  "#7dd0c6",
  "#4cb8ad",
  "#2a9d92",
  "#178478",
  "#0f766e",
  "#0d5f59",
  "#0b4d49",
];

const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 6 },
  colors: { sea },
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", "Roboto Mono", "DejaVu Sans Mono", monospace',
  headings: { fontFamily: FONT, fontWeight: "600" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  defaultRadius: 6,
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: "xs" } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        centered: true,
        radius: 10,
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        position: "right",
        overlayProps: { backgroundOpacity: 0.12 },
      },
    },
    Select: { defaultProps: { checkIconPosition: "right", comboboxProps: { shadow: "md" } } },
    Badge: { defaultProps: { variant: "default", tt: "none", fw: 500, radius: 4 } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--mantine-line-height": "1.45" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#14181c",
    "--mantine-color-dimmed": "#5c6670",
    "--mantine-color-default-border": "#e3e6ea",
    "--mantine-color-placeholder": "#7b858f",
  },
  dark: {
    "--mantine-color-body": "#0f1214",
    "--mantine-color-text": "#e8ebed",
    "--mantine-color-dimmed": "#98a2ab",
    "--mantine-color-default": "#15191c",
    "--mantine-color-default-hover": "#1b2024",
    "--mantine-color-default-border": "#262d32",
    "--mantine-color-placeholder": "#76808a",
    "--mantine-color-anchor": "#4cb8ad",
  },
});
