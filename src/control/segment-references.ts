/**
 * Segments in segments: no segment may read itself, over whatever others and datasets, and none goes while another
 * reads it. What was looked at has to be so still when the batch runs; the guards among the statements see to it.
 */
import { ProblemError } from "../platform/problem.ts";
import { bumpCatalogue } from "./catalogue.ts";
import type { Database, Statement } from "./database.ts";
import { type NamedSegment, namedSegments } from "./named-segments.ts";
import type { Dataset } from "./repositories/datasets.ts";
import type { RelationSide } from "./repositories/relations.ts";
import { segmentsById, segmentsWithText } from "./repositories/segment-names.ts";
import { requireVersion, type Segment } from "./repositories/segments.ts";

export interface References {
  /** Undo the batch where a segment that was looked at is another by now. */
  readonly guards: readonly Statement[];
  /** Other datasets whose segments the query names, as they were; their versions rise with the batch. */
  readonly others: readonly Dataset[];
}

/** `segment` null: a new one, which nobody can read yet. Throws 422 `segment_circle`. */
export async function checkReferences(
  db: Database,
  workspaceId: string,
  segment: Pick<Segment, "id" | "name"> | null,
  input: unknown,
  sides: readonly RelationSide[],
): Promise<References> {
  const named = namedSegments(input);
  const read = await readersDown(db, workspaceId, named, segment?.id ?? null);
  const closing = segment && read.get(segment.id);
  if (segment && closing) throw new ProblemError(circleOf(segment, closing, read, named));
  const rows = [...read.values()].flatMap(({ row }) => row ?? []);
  const elsewhere = new Set(named.filter(({ own }) => !own).map(({ id }) => read.get(id)?.row?.dataset_id));
  const others = new Map(sides.map(({ other }) => [other.id, other]));
  const touched = [...others.values()].filter(({ id }) => elsewhere.has(id));
  return {
    guards: [
      ...touched.map((other) => bumpCatalogue(db, other)),
      ...rows.map(({ id, version }) => requireVersion(db, workspaceId, id, version)),
    ],
    others: touched,
  };
}

/** A segment that is read, and which segment names it; null: the query itself. */
interface Read {
  readonly row: Segment | null;
  readonly by: string | null;
}

/** All segments that the query reads, directly or through others; `stop` is not looked into. */
async function readersDown(
  db: Database,
  workspaceId: string,
  named: readonly NamedSegment[],
  stop: string | null,
): Promise<Map<string, Read>> {
  const read = new Map<string, Read>();
  let open = new Map<string, string | null>(named.map(({ id }) => [id, null]));
  while (open.size > 0) {
    const rows = new Map((await segmentsById(db, workspaceId, [...open.keys()])).map((row) => [row.id, row]));
    for (const [id, by] of open) read.set(id, { row: id === stop ? null : (rows.get(id) ?? null), by });
    if (stop !== null && open.has(stop)) return read;
    const next = new Map<string, string | null>();
    for (const { id, query } of rows.values()) {
      for (const child of namedSegments(query)) if (!read.has(child.id)) next.set(child.id, id);
    }
    open = next;
  }
  return read;
}

function circleOf(
  segment: Pick<Segment, "id" | "name">,
  closing: Read,
  read: ReadonlyMap<string, Read>,
  named: readonly NamedSegment[],
) {
  const between: Segment[] = [];
  for (let by = closing.by; by !== null; by = read.get(by)?.by ?? null) {
    const row = read.get(by)?.row;
    if (row) between.unshift(row);
  }
  const circle = [segment.name, ...between.map(({ name }) => name), segment.name];
  const first = between[0]?.id ?? segment.id;
  const detail = `The segment would read itself: ${circle.join(" → ")}. Take one of these steps out.`;
  const path = named.find(({ id }) => id === first)?.path ?? "query";
  return { code: "segment_circle", status: 422, detail, path, facts: { circle } };
}

/** The segments, of any dataset, whose queries name this one. */
export async function readersOf(db: Database, workspaceId: string, id: string): Promise<Segment[]> {
  const candidates = await segmentsWithText(db, workspaceId, id);
  return candidates.filter((one) => one.id !== id && namedSegments(one.query).some((named) => named.id === id));
}
