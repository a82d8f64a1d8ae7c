/** What people send, as objects whose keys all mean something. */
import { didYouMean, quoted, refuse } from "./refuse.ts";
import { nearest } from "./suggest.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(input: unknown): input is JsonObject {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

/** A misspelt key would be ignored in silence, and the segment be another one than was meant. `id` is let through. */
export function onlyKeys(object: JsonObject, known: readonly string[], path: string): void {
  for (const key of Object.keys(object)) {
    if (key === "id" || known.includes(key)) continue;
    const detail = `${quoted(key)} means nothing here.${didYouMean(nearest(key, known))} Known: ${known.join(", ")}.`;
    refuse("malformed_query", path, detail);
  }
}

/** Absent, or null, which some programs send for it. */
export function isAbsent(written: unknown): written is undefined | null {
  return written === undefined || written === null;
}
