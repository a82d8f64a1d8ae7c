/** Which segments a query names, and where: in its own groups, and in those about related records. */

export interface NamedSegment {
  readonly id: string;
  /** `query.rules[2].segment` */
  readonly path: string;
  /** Whether it is a segment of the query's own dataset. */
  readonly own: boolean;
}

/** Of stored queries that are kept: a dataset's are all looked at for every edit of one. */
const known = new WeakMap<object, readonly NamedSegment[]>();

/** For a query in its JSON form, stored or as it was sent; whatever is no such form is passed over. */
export function namedSegments(query: unknown): readonly NamedSegment[] {
  if (typeof query !== "object" || query === null) return [];
  const before = known.get(query);
  if (before) return before;
  const named = [...walk(query, "query", true)];
  known.set(query, named);
  return named;
}

function* walk(node: unknown, path: string, own: boolean): Generator<NamedSegment, void, undefined> {
  if (typeof node !== "object" || node === null) return;
  for (const list of ["rules", "conditions"] as const) {
    const rules = (node as Record<string, unknown>)[list];
    if (!Array.isArray(rules)) continue;
    for (const [i, rule] of rules.entries()) yield* walk(rule, `${path}.${list}[${i}]`, own);
  }
  if ("where" in node) yield* walk(node.where, `${path}.where`, false);
  if ("segment" in node && typeof node.segment === "string") yield { id: node.segment, path: `${path}.segment`, own };
}
