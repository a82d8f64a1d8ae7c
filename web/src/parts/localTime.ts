/** Instants as the clock on the wall of a zone shows them. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-07-13T15:50:44Z" in Los Angeles -> "2026-07-13 08:50:44"; null for what is no instant. */
export function localTime(text: string, zone: string): string | null {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  return formatOf(zone).format(at);
}

/** Swedes write dates as ISO does. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formats.set(zone, format);
  return format;
}
