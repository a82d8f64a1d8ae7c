/**
 * A dataset's stored queries, read: each valid or with the reason why not. A segment is sound only if those of its
 * dataset that it reads are; whoever another one reads comes first.
 */
import type { QuerySchema } from "../engine/index.ts";
import { failure, type Outcome, type Problem } from "../platform/problem.ts";
import { namedSegments } from "./named-segments.ts";
import { type ParsedQuery, parseStoredQuery } from "./query.ts";
import type { Segment } from "./repositories/segments.ts";

type Stored = Pick<Segment, "id" | "name" | "query">;

/** Those that are wanted and those that they read among `segments`, in an order in which they can be computed. */
export function soundSegments<S extends Stored>(
  segments: readonly S[],
  schema: QuerySchema,
  wanted: readonly S[] = segments,
): Map<string, { segment: S; parsed: Outcome<ParsedQuery> }> {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const judged = new Map<string, { segment: S; parsed: Outcome<ParsedQuery> }>();
  const open = new Set<string>();
  // Names of segments change often, and concern only the queries that name some.
  const key = once(() => JSON.stringify(schema));
  const plainKey = once(() =>
    JSON.stringify([schema.fields, schema.relations?.map((relation) => ({ ...relation, segments: undefined }))]),
  );

  const judge = (segment: S): Outcome<ParsedQuery> => {
    const known = judged.get(segment.id);
    if (known) return known.parsed;
    if (open.has(segment.id)) return failure(inCircle(segment));
    open.add(segment.id);
    const parsed = read(segment);
    open.delete(segment.id);
    judged.set(segment.id, { segment, parsed });
    return parsed;
  };

  const read = (segment: S): Outcome<ParsedQuery> => {
    for (const { id, path, own } of namedSegments(segment.query)) {
      const child = own ? byId.get(id) : undefined;
      const parsed = child && judge(child);
      if (parsed && !parsed.ok) return failure(failedChild(child, parsed.problem, path));
    }
    return readOnce(segment.query, schema, namedSegments(segment.query).length > 0 ? key() : plainKey());
  };

  for (const segment of wanted) judge(segment);
  return judged;
}

function once(make: () => string): () => string {
  let made: string | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a stored query was read as, and against what: it is the same object as long as it is kept. */
const readBefore = new WeakMap<Stored["query"], { readonly key: string; readonly parsed: Outcome<ParsedQuery> }>();

function readOnce(query: Stored["query"], schema: QuerySchema, key: string): Outcome<ParsedQuery> {
  const before = readBefore.get(query);
  if (before?.key === key) return before.parsed;
  const parsed = parseStoredQuery(query, schema);
  readBefore.set(query, { key, parsed });
  return parsed;
}

function failedChild(child: Stored, { detail }: Problem, path: string): Problem {
  return {
    code: "segment_failed",
    status: 422,
    path,
    detail: `It reads the segment ${child.name}, which failed: ${detail}`,
  };
}

function inCircle({ name }: Stored): Problem {
  return { code: "segment_circle", status: 422, detail: `The segment ${name} reads itself. Take it out of the query.` };
}
