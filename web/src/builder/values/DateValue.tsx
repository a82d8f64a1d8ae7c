import "@mantine/dates/styles.layer.css";
import { TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import type { OneValueProps } from "./ValueFields.tsx";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day. A value with a time of day, which the API allows, is edited as text. */
export function DateValue({ label, value, change }: OneValueProps) {
  const text = typeof value === "string" ? value : "";
  if (text !== "" && !DAY.test(text)) {
    return (
      <TextInput
        aria-label={label}
        className="value-date"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <DateInput
      aria-label={label}
      className="value-date"
      value={text === "" ? null : text}
      onChange={(day) => change(day ?? "")}
      valueFormat="YYYY-MM-DD"
      placeholder="2026-11-21"
      popoverProps={{ shadow: "md" }}
    />
  );
}
