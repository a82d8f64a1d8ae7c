/** What the catalogue defines for the evaluators: fields, relations, the wanted query of each segment. */
import {
  type CompileContext,
  compile,
  type Field,
  fieldsRead,
  isLookupField,
  lookupField,
  lookupParts,
  lookupThere,
  type Plan,
  type Query,
} from "../../engine/index.ts";
import { failure, type Outcome, ProblemError, success } from "../../platform/problem.ts";
import type { Catalogue } from "../interface.ts";

export class Definitions {
  #context: CompileContext = { fields: [], relations: [], timeZone: "UTC" };
  #byId: ReadonlyMap<number, Field> = new Map();
  #computed: readonly (Field & { expr: NonNullable<Field["expr"]> })[] = [];
  #wanted: ReadonlyMap<string, Query> = new Map();
  #schema = "";

  /** True when fields, relations or time zone are others than before. */
  set(catalogue: Catalogue): boolean {
    const { fields, relations, time_zone } = catalogue;
    this.#wanted = new Map(catalogue.segments.map((segment) => [segment.id, segment.query]));
    const schema = JSON.stringify([fields, relations, time_zone]);
    if (schema === this.#schema) return false;
    this.#schema = schema;
    this.#context = { fields, relations, timeZone: time_zone };
    this.#byId = new Map(fields.map((field) => [field.id, field]));
    this.#computed = fields.flatMap((field) => (field.expr === undefined ? [] : { ...field, expr: field.expr }));
    return true;
  }

  get context(): CompileContext {
    return this.#context;
  }

  get timeZone(): string {
    return this.#context.timeZone;
  }

  /** Stored and computed fields by id. */
  get fields(): ReadonlyMap<number, Field> {
    return this.#byId;
  }

  /** What has columns: the stored fields, and every looked-up one by its virtual id. */
  columnFields(): Field[] {
    const stored = this.#context.fields.filter((field) => field.expr === undefined);
    const lookedUp = (this.#context.relations ?? [])
      .filter(({ kind }) => kind === "belongs_to")
      .flatMap(({ number, fields }) => [
        ...fields.map((field) => ({ ...field, id: lookupField(number, field.id) })),
        { id: lookupThere(number), name: "", type: "boolean" as const },
      ]);
    return [...stored, ...lookedUp];
  }

  get computedFields(): readonly (Field & { expr: NonNullable<Field["expr"]> })[] {
    return this.#computed;
  }

  /** The stored fields that a field's value is made of; of a looked-up one the field that points. */
  storedFieldsOf(id: number): readonly number[] {
    const expr = this.#byId.get(id)?.expr;
    if (expr === undefined) return [id];
    const relations = this.#context.relations ?? [];
    return fieldsRead(expr).flatMap((read) => {
      if (!isLookupField(read)) return [read];
      const { relation } = lookupParts(read);
      return relations.find(({ kind, number }) => kind === "belongs_to" && number === relation)?.field ?? [];
    });
  }

  /** A change of these stored fields, with the looked-up fields that change with them. */
  withLookups(changed: ReadonlySet<number>): Iterable<number> {
    const pointers = (this.#context.relations ?? []).filter(
      ({ kind, field }) => kind === "belongs_to" && changed.has(field),
    );
    if (pointers.length === 0) return changed;
    const lookedUp = pointers.flatMap(({ number, fields }) => [
      ...fields.map(({ id }) => lookupField(number, id)),
      lookupThere(number),
    ]);
    return [...changed, ...lookedUp];
  }

  /** The newest query of a segment. */
  query(id: string): Query | null {
    return this.#wanted.get(id) ?? null;
  }

  compile(query: Query): Outcome<Plan> {
    try {
      return success(compile(query, this.#context));
    } catch (error) {
      if (error instanceof ProblemError) return failure(error.problem);
      throw error;
    }
  }

  /** Two equal signatures: the same rows give the same members, at any moment. */
  signature(id: string): string {
    const query = this.query(id);
    if (query === null) return "";
    const plan = this.compile(query);
    if (!plan.ok) return JSON.stringify([plan.problem.code, query]);
    const { tree, conditions } = plan.value;
    const keys = conditions.map((one) => (one.kind === "segment" ? one.key : `${one.type} ${one.key}`));
    return JSON.stringify([tree, keys, this.#readsClockOrZone(plan.value) ? this.timeZone : null]);
  }

  #readsClockOrZone({ conditions }: Plan): boolean {
    return conditions.some((one) => {
      if (one.kind === "segment") return false;
      return one.kind !== "field" || one.type === "date" || one.type === "datetime";
    });
  }
}
