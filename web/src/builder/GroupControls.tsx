import { Select, Switch } from "@mantine/core";
import type { CombinatorSelectorProps, NotToggleProps } from "react-querybuilder";

const CHOICES = [
  { value: "and", label: "all" },
  { value: "or", label: "any" },
];

export function Combinator({ value, handleOnChange, disabled }: CombinatorSelectorProps) {
  return (
    <Select
      className="combinator"
      aria-label="Match all or any"
      data={CHOICES}
      value={value ?? "and"}
      onChange={(choice) => choice && handleOnChange(choice)}
      allowDeselect={false}
      disabled={disabled}
    />
  );
}

export function NotToggle({ checked, handleOnChange, disabled }: NotToggleProps) {
  return (
    <Switch
      className="not-toggle"
      size="xs"
      label="Not"
      aria-label="Not: everyone whom this group does not match"
      checked={checked ?? false}
      disabled={disabled}
      onChange={(event) => handleOnChange(event.currentTarget.checked)}
    />
  );
}
