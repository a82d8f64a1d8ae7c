/** Rows of a request: a JSON array, or one JSON value on each line. */
import { mediaType, needMediaType, parseJson, readText } from "../body.ts";
import { problem } from "../problems.ts";

const ROWS_MAX = 10_000;
const NDJSON = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/** The rows as they came. 400 `malformed_json`, 413 `body_too_large`, 422 `invalid_request` or `too_many_rows`. */
export async function readRows(request: Request, limit: number): Promise<readonly unknown[]> {
  needMediaType(request, ["application/json", ...NDJSON]);
  const text = await readText(request, limit);
  const rows = NDJSON.includes(mediaType(request)) ? readLines(text) : readArray(text);
  if (rows.length <= ROWS_MAX) return rows;
  const detail = `At most ${ROWS_MAX} rows at a time; these are ${rows.length}. Send several requests, or import a file.`;
  throw problem(422, "too_many_rows", detail, { facts: { limit: ROWS_MAX, actual: rows.length } });
}

function readArray(text: string): readonly unknown[] {
  const rows = text.trim() === "" ? undefined : parseJson(text);
  if (Array.isArray(rows)) return rows;
  const detail = "The body is a JSON array of rows, or one row on each line with content-type application/x-ndjson.";
  throw problem(422, "invalid_request", detail);
}

function readLines(text: string): readonly unknown[] {
  return text.split("\n").flatMap((line, at) => (line.trim() === "" ? [] : [readLine(line, at + 1)]));
}

function readLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `Line ${number} is not valid JSON: ${reason}. Nothing was written; correct it and send all lines again.`;
    throw problem(400, "malformed_json", detail, { path: `[${number - 1}]`, facts: { line: number } });
  }
}
