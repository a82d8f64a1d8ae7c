/** Where a bucket's key is on disk: folders as in the key, every segment escaped, so that no key leaves the folder. */
import { join } from "node:path";

const LONGEST_SEGMENT = 200;
const SUFFIX = ".file";

export function keyPath(folder: string, key: string): string {
  if (key === "" || Buffer.byteLength(key) > 1024) throw new Error("a key has 1 to 1,024 bytes");
  return `${join(folder, ...key.split("/").map(escapeSegment))}${SUFFIX}`;
}

/** The key of a path below the folder, with `/` between segments; null for what is no file of the bucket. */
export function pathKey(relative: readonly string[]): string | null {
  const last = relative.at(-1);
  if (!last?.endsWith(SUFFIX)) return null;
  return [...relative.slice(0, -1), last.slice(0, -SUFFIX.length)].map(unescapeSegment).join("/");
}

/** Lower-case letters, digits, `_` and `-` stay; `.` does not, so `..` and suffixes cannot be forged. */
export function escapeSegment(segment: string): string {
  let escaped = "";
  for (const byte of Buffer.from(segment)) {
    const char = String.fromCharCode(byte);
    escaped += /[a-z0-9_-]/.test(char) ? char : `~${byte.toString(16).padStart(2, "0")}`;
  }
  if (escaped.length > LONGEST_SEGMENT) throw new Error(`a part of the key is too long: ${segment.slice(0, 40)}…`);
  return escaped === "" ? "~" : escaped;
}

export function unescapeSegment(escaped: string): string {
  if (escaped === "~") return "";
  const bytes = escaped.replace(/~([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
