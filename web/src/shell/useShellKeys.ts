/** The keys that work in every view. A view marks its search field with `data-search` and its "new" button with `data-new`. */
import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";

export function useShellKeys(search: () => void): void {
  const navigate = useNavigate();
  useHotkeys([["mod+K", search]], []);
  useHotkeys([
    ["/", () => focusSearch() || search()],
    ["n", () => pressNew() || navigate({ to: "/segments/new", search: {} })],
  ]);
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("input[data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}

function pressNew(): boolean {
  const button = document.querySelector<HTMLElement>("[data-new]");
  button?.click();
  return button !== null;
}
