/** Numbers, sizes and times as people read them. */
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

/** 48213 -> "48,213" */
export const formatCount = (value: number) => whole.format(value);

/** A number as data, without losing digits: 812.4 -> "812.4" */
export const formatNumber = (value: number) => precise.format(value);

/** 0.0482 -> "4.8 %"; something that is not nothing never reads as 0 %. */
export function formatShare(part: number, total: number): string {
  if (total === 0) return "0 %";
  const percent = (part / total) * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent > 99.9) return "> 99.9 %";
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : 1)} %`;
}

const SIZES = ["B", "KB", "MB", "GB", "TB"];

/** 977501 -> "978 KB" */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? whole.format(value) : value.toFixed(1)} ${SIZES[power]}`;
}

/** Milliseconds: 9 -> "9 ms", 1840 -> "1.8 s" */
export function formatDuration(ms: number): string {
  if (ms < 1) return "under 1 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** How long ago, shorter the nearer: "now", "12 s ago", "5 min ago", "3 h ago", "4 Nov, 14:03". */
export function formatAgo(at: string | number, now: number): string {
  const then = typeof at === "number" ? at : Date.parse(at);
  const seconds = (now - then) / 1_000;
  if (seconds < -60) return formatWhen(then);
  if (seconds < 3) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return formatWhen(then);
}

/** A moment in the reader's own zone. */
export function formatWhen(at: string | number): string {
  return new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** 1 -> "1 row", 7043 -> "7,043 rows" */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** "telco-customers.csv.gz" -> "Telco customers" */
export function nameFromFile(fileName: string): string {
  const words = fileName
    .replace(/\.(csv|tsv|txt|gz)\b/gi, "")
    .replace(/[_\-.]+/g, " ")
    .trim();
  return words ? (words[0] ?? "").toUpperCase() + words.slice(1) : "New file";
}
