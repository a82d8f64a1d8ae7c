/**
 * For a searchable menu's `onKeyDownCapture`: Enter takes the option that is shown as selected. Mantine remembers its
 * place and may for a moment have the place of the list before, so that a quick Enter would do nothing.
 */
import type { KeyboardEvent } from "react";

export function takeShownOption(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
  const list = event.currentTarget.getAttribute("aria-controls");
  const shown = list && document.getElementById(list)?.querySelector<HTMLElement>("[data-combobox-selected]");
  if (!shown) return;
  event.preventDefault();
  event.stopPropagation();
  shown.click();
}
