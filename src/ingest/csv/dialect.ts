/** How a file is to be read, told from its beginning: delimiter, header, where the rows begin. */
import { type Problem, ProblemError } from "../../platform/problem.ts";
import { decodeBlock, utf8Length } from "./encoding.ts";
import { fieldNames } from "./header.ts";
import { type Delimiter, type Encoding, type FileLayout, MAX_COLUMNS, type Position } from "./layout.ts";
import { notCsv } from "./not-csv.ts";
import { Tokenizer } from "./tokenizer.ts";

/** In the order in which they are preferred. */
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|"];
const RECORDS_LOOKED_AT = 1_000;
/** Shares of fitting rows that are as good as the same. */
const SAME_FIT = 0.1;
/** Excel's line before the header that names the delimiter. */
const SEPARATOR_LINE = /^"?sep=(.)"?[ ,;\t|]*(?:\r\n|\n|\r)/i;

export interface DetectedLayout {
  readonly layout: FileLayout;
  readonly notes: readonly string[];
}

/**
 * The layout from a file's first bytes (`whole` when they are all of it). Throws ProblemError:
 * `empty_file`, `not_csv`, `broken_header`, `too_many_columns`.
 */
export function detectLayout(beginning: Uint8Array, whole: boolean, encoding: Encoding): DetectedLayout {
  const problem = notCsv(beginning);
  if (problem !== null) throw new ProblemError(problem);
  const decoded = decodeBlock(beginning, encoding, whole);
  const preamble = readPreamble(decoded.text);
  const text = decoded.text.slice(preamble.length);
  const line = preamble.lines + 1;
  const samples = DELIMITERS.map((delimiter) => sample(text, delimiter, line, whole));
  const best = samples.find((one) => one.delimiter === preamble.delimiter) ?? choose(samples);
  if (best.header === null) throw new ProblemError(best.broken ? brokenHeader : emptyFile);
  if (best.header.length > MAX_COLUMNS) throw new ProblemError(tooManyColumns(best.header.length));
  const header = fieldNames(best.header);
  const before = preamble.length + best.start.offset;
  const offset = encoding === "utf-8" ? utf8Length(decoded.text, 0, before) : before;
  return {
    layout: {
      encoding,
      delimiter: best.delimiter,
      columns: header.names.length,
      header: header.names,
      start: { offset, line: best.start.line },
    },
    notes: [...header.notes, ...loneColumnNote(best, samples)],
  };
}

interface Preamble {
  /** Characters before the header. */
  readonly length: number;
  readonly lines: number;
  readonly delimiter: Delimiter | null;
}

function readPreamble(text: string): Preamble {
  const mark = text.startsWith("\ufeff") ? 1 : text.startsWith("ï»¿") ? 3 : 0;
  const match = SEPARATOR_LINE.exec(text.slice(mark, mark + 64));
  if (match === null) return { length: mark, lines: 0, delimiter: null };
  const delimiter = DELIMITERS.find((one) => one === match[1]) ?? null;
  return { length: mark + match[0].length, lines: 1, delimiter };
}

/** How the beginning looks when cut at one delimiter. */
interface Sample {
  readonly delimiter: Delimiter;
  /** Null where there is none, or `broken`. */
  readonly header: readonly string[] | null;
  readonly headerGlued: boolean;
  readonly broken: boolean;
  /** Behind the header, in characters. */
  readonly start: Position;
  /** Cells of each row; 0 for one that is broken or holds text glued to a closing quote. */
  readonly widths: readonly number[];
}

function sample(text: string, delimiter: Delimiter, line: number, whole: boolean): Sample {
  const tokenizer = new Tokenizer(text, { delimiter, line, final: whole });
  const first = tokenizer.next();
  // Without a whole first record in so much text there is no header to speak of.
  const broken = tokenizer.fault !== null || (first === null && !whole);
  const header = broken ? null : first;
  const headerGlued = tokenizer.glued;
  const start = { offset: tokenizer.position, line: tokenizer.line };
  const widths: number[] = [];
  while (widths.length < RECORDS_LOOKED_AT) {
    const cells = tokenizer.next();
    if (cells === null) break;
    widths.push(tokenizer.glued ? 0 : cells.length);
  }
  return { delimiter, header, headerGlued, broken, start, widths };
}

/**
 * The delimiter that cuts most rows as it cuts the header. Where none cuts the header the file has a
 * single column, and the one that occurs least in its rows is taken, so that it cuts nothing.
 */
function choose(samples: readonly Sample[]): Sample {
  const cutting = samples.filter((one) => (one.header?.length ?? 0) > 1);
  if (cutting.length === 0) {
    return samples.find((one) => one.broken) ?? [...samples].sort((a, b) => cutRows(a) - cutRows(b))[0]!;
  }
  const best = Math.max(...cutting.map(widthMatch));
  const good = cutting.filter((one) => widthMatch(one) >= best - SAME_FIT);
  return good.sort((a, b) => b.header!.length - a.header!.length)[0]!;
}

/** Share of the rows as wide as the header; a row that lacks cells counts half. */
function widthMatch({ header, headerGlued, widths }: Sample): number {
  const columns = header?.length ?? 0;
  if (headerGlued) return 0;
  if (widths.length === 0) return 1;
  let sum = 0;
  for (const width of widths) sum += width === columns ? 1 : width > 1 && width < columns ? 0.5 : 0;
  return sum / widths.length;
}

function cutRows({ widths }: Sample): number {
  return widths.filter((width) => width !== 1).length;
}

/** A title above the header looks like a header of one column. */
function loneColumnNote(best: Sample, samples: readonly Sample[]): string[] {
  if (best.header?.length !== 1 || best.widths.length < 2) return [];
  const other = samples.find(({ widths }) => widths[0]! > 1 && widths.every((width) => width === widths[0]));
  if (other === undefined) return [];
  const mark = other.delimiter === "\t" ? "a tab" : `“${other.delimiter}”`;
  return [
    `The first line has one cell, but every other line has ${other.widths[0]} when cut at ${mark}. If a title stands above the header, remove it and upload the file again.`,
  ];
}

const emptyFile: Problem = {
  code: "empty_file",
  status: 422,
  detail: "The file is empty. Upload a CSV file whose first line names the columns.",
};

const brokenHeader: Problem = {
  code: "broken_header",
  status: 422,
  detail:
    "The first line, which names the columns, has a quote that is not closed, or does not end. Mend it and upload the file again.",
};

function tooManyColumns(actual: number): Problem {
  return {
    code: "too_many_columns",
    status: 422,
    detail: `The header has ${actual} columns; at most ${MAX_COLUMNS} can be imported. Remove columns or split the file.`,
    facts: { actual, limit: MAX_COLUMNS },
  };
}
