import { NumberInput } from "@mantine/core";
import type { OneValueProps } from "./ValueFields.tsx";

export function NumberValue({ label, value, change }: OneValueProps) {
  return (
    <NumberInput
      aria-label={label}
      className="value-number"
      value={typeof value === "number" || typeof value === "string" ? value : ""}
      onChange={change}
      hideControls
      placeholder="number"
    />
  );
}
