/** Customers as the CSV file that a person would upload. */
import type { Customer } from "./customers.ts";

const COLUMNS: readonly (keyof Customer)[] = [
  "customer_id",
  "name",
  "email",
  "phone",
  "state",
  "city",
  "plan",
  "monthly_spend",
  "lifetime_value",
  "orders",
  "signed_up_on",
  "last_order_at",
  "marketing_opt_in",
  "interests",
];

/** RFC 4180 with `\n`; lists of texts are JSON arrays, empty cells are nothing. */
export function toCsv(customers: readonly Customer[]): string {
  const lines = customers.map((customer) => COLUMNS.map((column) => cell(customer[column])).join(","));
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function cell(value: Customer[keyof Customer]): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
