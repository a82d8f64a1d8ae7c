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
    return parseStoredQuery(segment.query, schema);
  };

  for (const segment of wanted) judge(segment);
  return judged;
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
