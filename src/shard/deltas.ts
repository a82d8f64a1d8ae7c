/** What changed in a segment after a log position, net: who came and went within the page is neither. */
import type { Bitmap } from "../engine/index.ts";
import type { DeltaPage, StoredRecord } from "./interface.ts";
import type { Log } from "./log.ts";
import type { Row, Rows } from "./rows.ts";

export interface DeltaRequest {
  readonly segment_id: string;
  readonly seq: number;
  /** About so many rows a page; one log entry is never split. */
  readonly limit: number;
  /** Field ids; a member whose row changed in one of them is `updated`. */
  readonly watch: readonly number[];
}

interface Window {
  readonly first: Map<number, "entered" | "left">;
  readonly last: Map<number, "entered" | "left">;
  readonly touched: Set<number>;
  upTo: number;
}

/** At most so many log entries are looked at for `watch` in one page. */
const ENTRIES_A_PAGE = 2_000;

export function readDeltas(
  log: Log,
  rows: Rows,
  members: Bitmap,
  request: DeltaRequest,
  record: (row: Row) => StoredRecord,
): DeltaPage {
  const newest = log.newest();
  const window: Window = { first: new Map(), last: new Map(), touched: new Set(), upTo: newest };
  if (request.watch.length > 0) collectTouched(log, request, window);
  collectFlips(log, request, window);
  const net = netOf(window);
  const updated = [...window.touched].filter((row) => members.has(row) && !window.last.has(row));
  updated.push(...(request.watch.length > 0 ? net.unchanged : []));
  const page = byKey(rows, net.entered, net.left, updated, record);
  return { ...page, seq: window.upTo, has_more: window.upTo < newest };
}

function collectTouched(log: Log, request: DeltaRequest, window: Window): void {
  const watched = new Set(request.watch);
  let entries = 0;
  for (const entry of log.rowsAfter(request.seq, ENTRIES_A_PAGE)) {
    entries++;
    for (const [row, fields] of entry.updated) if (fields.some((field) => watched.has(field))) window.touched.add(row);
    if (entries === ENTRIES_A_PAGE || window.touched.size >= request.limit) {
      window.upTo = entry.seq;
      return;
    }
  }
}

function collectFlips(log: Log, request: DeltaRequest, window: Window): void {
  let last = request.seq;
  for (const flip of log.flipsAfter(request.segment_id, request.seq, window.upTo)) {
    if (flip.seq !== last && window.last.size >= request.limit) {
      window.upTo = last;
      return;
    }
    for (const row of flip.left) note(window, row, "left");
    for (const row of flip.entered) note(window, row, "entered");
    last = flip.seq;
  }
}

function note(window: Window, row: number, change: "entered" | "left"): void {
  if (!window.first.has(row)) window.first.set(row, change);
  window.last.set(row, change);
}

/** A row that first left and last entered was and is a member: unchanged. First entered and last left: neither. */
function netOf(window: Window): { entered: number[]; left: number[]; unchanged: number[] } {
  const net = { entered: [] as number[], left: [] as number[], unchanged: [] as number[] };
  for (const [row, last] of window.last) {
    const first = window.first.get(row);
    if (first === last) net[last].push(row);
    else if (last === "entered") net.unchanged.push(row);
  }
  return net;
}

/** Net by key, too: a record deleted and made again within the page has two rows and stayed a member. */
function byKey(
  rows: Rows,
  entered: number[],
  left: number[],
  updated: number[],
  record: (row: Row) => StoredRecord,
): Omit<DeltaPage, "seq" | "has_more"> {
  const came = rows.byNumbers(entered);
  const cameKeys = new Set(came.map((row) => row.key));
  const went = rows.byNumbers(left);
  const wentKeys = new Set(went.map((row) => row.key));
  const replaced = came.filter((row) => wentKeys.has(row.key));
  return {
    entered: came.filter((row) => !wentKeys.has(row.key)).map(record),
    left: went.filter((row) => !cameKeys.has(row.key)).map(({ key }) => ({ key })),
    updated: [...rows.byNumbers(updated), ...replaced].filter(isThere).map(record),
  };
}

const isThere = (row: Row) => row.cells !== null;

/** The newest entries and exits of a segment, newest first. */
export function readActivity(log: Log, rows: Rows, segment: string, limit: number) {
  const found: { row: number; change: "entered" | "left"; at: number; seq: number }[] = [];
  for (const flip of log.newestFlips(segment)) {
    const room = limit - found.length;
    for (const row of flip.entered.slice(0, room)) found.push({ row, change: "entered", at: flip.at, seq: flip.seq });
    for (const row of flip.left.slice(0, room)) found.push({ row, change: "left", at: flip.at, seq: flip.seq });
    if (found.length >= limit) break;
  }
  const keys = new Map(rows.byNumbers(found.map(({ row }) => row)).map((row) => [row.row, row.key]));
  return found.slice(0, limit).map(({ row, ...rest }) => ({ key: keys.get(row) ?? "", ...rest }));
}
