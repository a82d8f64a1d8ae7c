/** One cell of data. Nothing is shown as a faint dash, so that it is not taken for text. */
import type { Value as DataValue } from "../api/records.ts";
import { formatNumber } from "./format.ts";

export function Value({ value }: { value: DataValue | undefined }) {
  if (value === null || value === undefined || value === "") return <span className="faint">–</span>;
  if (typeof value === "number") return <span>{formatNumber(value)}</span>;
  if (typeof value === "boolean") return <span>{value ? "true" : "false"}</span>;
  if (Array.isArray(value)) return <span>{value.join(", ")}</span>;
  return <span>{value as string}</span>;
}
