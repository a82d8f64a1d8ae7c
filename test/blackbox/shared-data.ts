/** The real files that the suite reads, from `CUTTY_SHARED` or the folder beside the repository. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Papa from "papaparse";

const folder = resolve(process.env.CUTTY_SHARED ?? resolve(import.meta.dirname, "../../../shared"), "data");

export function readShared(name: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch {
    throw new Error(`${name} is not in ${folder}. Set CUTTY_SHARED to the folder that holds data/${name}.`);
  }
}

/** Every row as papaparse reads it: all cells text. */
export function readRows(name: string): Record<string, string>[] {
  const parsed = Papa.parse<Record<string, string>>(readShared(name).toString("utf8"), {
    header: true,
    skipEmptyLines: true,
  });
  if (parsed.errors.length > 0) throw new Error(`papaparse refuses ${name}: ${JSON.stringify(parsed.errors[0])}`);
  return parsed.data;
}
