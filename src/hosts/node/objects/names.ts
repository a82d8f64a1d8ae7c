/** Where an object's file is. Names become file names that no file system confuses: case, dots and slashes are escaped. */
import { createHash } from "node:crypto";
import { join } from "node:path";

const LONGEST = 160;

export function safeFileName(name: string): string {
  let escaped = "";
  for (const byte of Buffer.from(name)) {
    const char = String.fromCharCode(byte);
    escaped += /[a-z0-9_-]/.test(char) ? char : `~${byte.toString(16).padStart(2, "0")}`;
  }
  return escaped.length > 0 && escaped.length <= LONGEST
    ? escaped
    : `~~${createHash("sha256").update(name).digest("hex")}`;
}

export interface ObjectPaths {
  readonly database: string;
  /** Exists, durably, before any commit that sets an alarm: the start-up scan opens only these objects. */
  readonly alarmMarker: string;
}

export function objectPaths(folder: string, binding: string, name: string): ObjectPaths {
  const base = join(folder, binding, safeFileName(name));
  return { database: `${base}.sqlite`, alarmMarker: `${base}.alarm` };
}
