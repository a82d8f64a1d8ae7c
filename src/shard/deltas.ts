/**
 * What changed in a segment after a log position, net: who came and went within the page is neither. Memberships
 * are known as of now only, so that changes of watched fields are told once entries and exits are told up to now.
 */
import type { Bitmap } from "../engine/index.ts";
import type { DeltaPage, DeltaPosition, StoredRecord } from "./interface.ts";
import type { Log } from "./log.ts";
import type { Row, Rows } from "./rows.ts";

export interface DeltaRequest {
  readonly segment_id: string;
  readonly from: DeltaPosition;
  /** About so many rows a page; one log entry is never split. */
  readonly limit: number;
  /** Field ids; a member whose row changed in one of them is `updated`. */
  readonly watch: readonly number[];
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
  const { from, watch } = request;
  const newest = log.newest();
  const flips = readFlips(log, request);
  const changes: Changes = { ...netOf(flips), unsure: flips.unsure };
  const seq = flips.cutAt ?? newest;
  let watched = watch.length === 0 ? seq : from.watched;
  if (watch.length > 0 && flips.cutAt === null) {
    const touched = readTouched(log, request);
    watched = touched.cutAt ?? newest;
    changes.stayed.push(...[...touched.rows].filter((row) => members.has(row) && !flips.last.has(row)));
  }
  const times = log.times([...flips.arrived.values()]);
  const arrivedAt = (row: number) => times.get(flips.arrived.get(row) ?? 0) ?? null;
  const page = byKey(rows, changes, watch.length > 0, record, arrivedAt);
  return { ...page, position: { seq, watched, shown: from.shown }, has_more: Math.min(seq, watched) < newest };
}

type Change = "entered" | "left";

/** `cutAt`: the position up to which was read; null when that is all. */
interface FlipsRead {
  readonly first: Map<number, Change>;
  readonly last: Map<number, Change>;
  /** The position of each row's last entry. */
  readonly arrived: Map<number, number>;
  /** Rows that the reader may have been shown before. */
  readonly unsure: Set<number>;
  cutAt: number | null;
}

function readFlips(log: Log, { segment_id, from, limit }: DeltaRequest): FlipsRead {
  const read: FlipsRead = { first: new Map(), last: new Map(), arrived: new Map(), unsure: new Set(), cutAt: null };
  let at = from.seq;
  for (const flip of log.flipsAfter(segment_id, from.seq)) {
    if (flip.seq !== at && read.last.size >= limit) return { ...read, cutAt: at };
    for (const row of flip.left) note(read, row, "left", flip.seq <= from.shown);
    for (const row of flip.entered) {
      note(read, row, "entered", flip.seq <= from.shown);
      read.arrived.set(row, flip.seq);
    }
    at = flip.seq;
  }
  return read;
}

function note(read: FlipsRead, row: number, change: Change, unsure: boolean): void {
  if (!read.first.has(row)) read.first.set(row, change);
  read.last.set(row, change);
  if (unsure) read.unsure.add(row);
}

interface Net {
  readonly entered: number[];
  readonly left: number[];
  /** Members before and after. */
  readonly stayed: number[];
}

interface Changes extends Net {
  readonly unsure: ReadonlySet<number>;
}

/** First left and last entered: stayed. First entered and last left: nothing, unless it was shown meanwhile. */
function netOf({ first, last, unsure }: FlipsRead): Net {
  const net: Net = { entered: [], left: [], stayed: [] };
  for (const [row, change] of last) {
    if (first.get(row) === change || unsure.has(row)) net[change].push(row);
    else if (change === "entered") net.stayed.push(row);
  }
  return net;
}

function readTouched(log: Log, { from, watch, limit }: DeltaRequest): { rows: Set<number>; cutAt: number | null } {
  const watched = new Set(watch);
  const rows = new Set<number>();
  let entries = 0;
  for (const entry of log.rowsAfter(from.watched, ENTRIES_A_PAGE)) {
    for (const [row, fields] of entry.updated) if (fields.some((field) => watched.has(field))) rows.add(row);
    if (++entries === ENTRIES_A_PAGE || rows.size >= limit) return { rows, cutAt: entry.seq };
  }
  return { rows, cutAt: null };
}

/** Net by key, too: a record deleted and made again within the page has two rows and stayed a member. */
function byKey(
  rows: Rows,
  { entered, left, stayed, unsure }: Changes,
  watching: boolean,
  record: (row: Row) => StoredRecord,
  arrivedAt: (row: number) => number | null,
): Omit<DeltaPage, "position" | "has_more"> {
  const came = rows.byNumbers(entered);
  const cameKeys = new Set(came.map((row) => row.key));
  const went = rows.byNumbers(left);
  const wentSurely = new Set(went.filter((row) => !unsure.has(row.row)).map((row) => row.key));
  const isReplaced = (row: Row) => wentSurely.has(row.key) && !unsure.has(row.row);
  const updated = [...(watching ? rows.byNumbers(stayed) : []), ...came.filter(isReplaced)];
  return {
    entered: came.filter((row) => !isReplaced(row)).map((row) => ({ ...record(row), entered_at: arrivedAt(row.row) })),
    left: went.filter((row) => !cameKeys.has(row.key)).map(({ key }) => ({ key })),
    updated: updated.filter(isThere).map(record),
  };
}

const isThere = (row: Row) => row.cells !== null;

/** The newest entries and exits of a segment, newest first. */
export function readActivity(log: Log, rows: Rows, segment: string, limit: number) {
  const found: { row: number; change: Change; at: number; seq: number }[] = [];
  for (const flip of log.newestFlips(segment)) {
    const room = limit - found.length;
    for (const row of flip.entered.slice(0, room)) found.push({ row, change: "entered", at: flip.at, seq: flip.seq });
    for (const row of flip.left.slice(0, room)) found.push({ row, change: "left", at: flip.at, seq: flip.seq });
    if (found.length >= limit) break;
  }
  const keys = new Map(rows.byNumbers(found.map(({ row }) => row)).map((row) => [row.row, row.key]));
  return found.slice(0, limit).map(({ row, ...rest }) => ({ key: keys.get(row) ?? "", ...rest }));
}
