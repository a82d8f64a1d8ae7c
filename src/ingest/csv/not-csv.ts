/** Files that are something else, told from their first bytes. */
import type { Problem } from "../../platform/problem.ts";

const MAGIC: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "an Excel workbook or a ZIP archive"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x47, 0x49, 0x46, 0x38], "a GIF image"],
  [[0x1f, 0x8b], "a gzip file within a gzip file"],
  [[0x42, 0x5a, 0x68], "a bzip2 archive"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a Zstandard archive"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz archive"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], "a SQLite database"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
];
const LOOKED_AT = 65_536;
/** Control characters, of a hundred, above which a file is binary. */
const CONTROLS_ALLOWED = 2;

/** What is wrong with a file that is not a table of text; null when it may be one. */
export function notCsv(beginning: Uint8Array): Problem | null {
  const what = kindOf(beginning);
  if (what === null) return null;
  return {
    code: "not_csv",
    status: 422,
    detail: `The file is ${what}, not a CSV file. Export it as CSV (in Excel: Save as, “CSV UTF-8”) and upload that.`,
  };
}

function kindOf(beginning: Uint8Array): string | null {
  for (const [magic, what] of MAGIC) if (magic.every((byte, at) => beginning[at] === byte)) return what;
  const text = new TextDecoder().decode(beginning.subarray(0, 64)).trimStart().toLowerCase();
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) return "a web page";
  if (/^(?:\[\s*)?\{\s*"/.test(text)) return "a JSON file";
  return mostlyControls(beginning.subarray(0, LOOKED_AT)) ? "binary" : null;
}

function mostlyControls(bytes: Uint8Array): boolean {
  let controls = 0;
  // Of the control characters tab, line ends and form feed belong to text.
  for (const byte of bytes) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) controls++;
  return controls * 100 > bytes.length * CONTROLS_ALLOWED;
}
