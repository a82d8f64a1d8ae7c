/** One cell of data, as its field's type reads. Nothing is shown as a faint dash, so that it is not taken for text. */
import { useQuery } from "@tanstack/react-query";
import type { FieldType } from "../api/datasets.ts";
import type { Value as DataValue } from "../api/records.ts";
import { meQuery } from "../api/session.ts";
import { formatNumber } from "./format.ts";
import { localTime } from "./localTime.ts";

export function Value({ value, type }: { value: DataValue | undefined; type?: FieldType | undefined }) {
  if (value === null || value === undefined || value === "") return <span className="faint">–</span>;
  if (typeof value === "number") return <span>{formatNumber(value)}</span>;
  if (typeof value === "boolean") return <span>{value ? "true" : "false"}</span>;
  if (typeof value !== "string") return <span>{value.join(", ")}</span>;
  return type === "datetime" ? <Instant text={value} /> : <span>{value}</span>;
}

/** In the workspace's zone, where its days begin; the instant itself on hover. */
function Instant({ text }: { text: string }) {
  const { data: me } = useQuery(meQuery);
  const shown = localTime(text, me?.workspace.time_zone ?? "UTC");
  if (shown === null) return <span>{text}</span>;
  return (
    <time dateTime={text} title={text}>
      {shown}
    </time>
  );
}
