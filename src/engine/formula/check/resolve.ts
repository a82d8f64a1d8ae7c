/** From names to fields: own ones, looked-up ones, and computed ones, which are replaced by what they stand for. */
import { type Problem, ProblemError } from "../../../platform/problem.ts";
import { lookupField } from "../../plan/lookup-field.ts";
import type { QuerySchema, SchemaRelation } from "../../query/schema.ts";
import { nearest } from "../../query/suggest.ts";
import type { Field } from "../../values/types.ts";
import type { Expr } from "../expr.ts";
import { functionNamed } from "../functions/index.ts";
import { lookedUpExpr } from "../looked-up.ts";
import { type FormulaProblemCode, refuseAt, type Stretch, type Where } from "../refuse.ts";
import { writtenName, writtenPath } from "../syntax/names.ts";
import type { SyntaxOf } from "../syntax/tree.ts";
import type { Builder } from "./build.ts";

/** Compiles another formula: of a computed field, over the fields of its dataset. */
export type CompileInside = (source: string, schema: QuerySchema, trail: Trail) => Expr;

/** The computed fields that are being replaced, from the outermost in. */
export type Trail = readonly Field[];

export class Resolver {
  readonly #where: Where;
  readonly #schema: QuerySchema;
  readonly #trail: Trail;
  readonly #compile: CompileInside;
  readonly #builder: Builder;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #done = new Map<Field, Expr>();

  constructor(where: Where, schema: QuerySchema, trail: Trail, builder: Builder, compile: CompileInside) {
    this.#where = where;
    this.#schema = schema;
    this.#trail = trail;
    this.#builder = builder;
    this.#compile = compile;
    this.#fields = new Map(schema.fields.map((field) => [field.name, field]));
  }

  own(syntax: SyntaxOf<"name">): Expr {
    const field = this.#fields.get(syntax.name);
    if (field === undefined) return this.#unknown(syntax);
    return this.#expr(field, syntax, this.#schema, null);
  }

  lookedUp(syntax: SyntaxOf<"path">): Expr {
    const relation = this.#relation(syntax);
    const field = relation.fields.find(({ name }) => name === syntax.name);
    if (field === undefined) {
      const near = nearest(
        syntax.name,
        relation.fields.map(({ name }) => name),
      );
      const suggestion = near === null ? null : writtenPath(relation.name, near);
      return this.#refuse(
        "unknown_field",
        syntax,
        `The related record "${relation.name}" has no field "${syntax.name}".`,
        suggestion,
      );
    }
    return this.#expr(field, syntax, { fields: relation.fields }, relation.number);
  }

  /** `relation`: the number of the one that the field is looked up through; null for an own field. */
  #expr(field: Field, at: Stretch, schema: QuerySchema, relation: number | null): Expr {
    if (field.formula === undefined && field.expr === undefined) {
      return { kind: "field", type: field.type, field: relation === null ? field.id : lookupField(relation, field.id) };
    }
    let expr = this.#done.get(field);
    if (expr === undefined) {
      const own = field.formula === undefined ? (field.expr as Expr) : this.#inside(field, field.formula, at, schema);
      expr = relation === null ? own : lookedUpExpr(relation, own);
      this.#builder.size(expr);
      this.#done.set(field, expr);
    }
    return expr;
  }

  #inside(field: Field, formula: string, at: Stretch, schema: QuerySchema): Expr {
    if (this.#trail.includes(field)) {
      const circle = [...this.#trail.slice(this.#trail.indexOf(field)), field].map(({ name }) => name);
      return this.#refuseCircle(circle, at);
    }
    try {
      return this.#compile(formula, schema, [...this.#trail, field]);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return this.#refuseInside(field.name, error.problem, at);
    }
  }

  /** However many computed fields lie between, the one that is wrong is named, and why. */
  #refuseInside(name: string, { code, detail, facts }: Problem, at: Stretch): never {
    if (code === "formula_circle") return this.#refuseCircle(facts?.circle as readonly string[], at);
    const wrong = (facts?.computed_field as string | undefined) ?? name;
    const reason = (facts?.reason as string | undefined) ?? detail;
    const whose = wrong === name ? "its formula" : `the formula of "${wrong}", which it uses`;
    const limit = facts?.limit === undefined ? {} : { limit: facts.limit };
    const said = `The computed field "${name}" cannot be used here. In ${whose}: ${reason}`;
    return refuseAt(this.#where, code as FormulaProblemCode, at, said, { computed_field: wrong, reason, ...limit });
  }

  #refuseCircle(circle: readonly string[], at: Stretch): never {
    const detail = `Computed fields refer to each other in a circle: ${circle.map(writtenName).join(" → ")}. Take one of them out.`;
    return refuseAt(this.#where, "formula_circle", at, detail, { circle });
  }

  #relation(syntax: SyntaxOf<"path">): SchemaRelation {
    const relations = this.#schema.relations ?? [];
    const found = relations.find(({ name, kind }) => name === syntax.relation && kind === "belongs_to");
    if (found !== undefined) return found;
    const whole = `${syntax.relation}.${syntax.name}`;
    if (this.#fields.has(whole)) {
      return this.#refuse(
        "unknown_field",
        syntax,
        `There is no related record "${syntax.relation}", but a field "${whole}".`,
        `\`${whole}\``,
      );
    }
    if (relations.some(({ name }) => name === syntax.relation)) {
      const detail = `"${syntax.relation}" are many records, and a formula reads one. Ask for them in a "related" rule.`;
      return this.#refuse("unknown_field", syntax, detail, null);
    }
    if (this.#trail.length > 0 && this.#schema.relations === undefined) {
      const detail = `"${whole}" is looked up from a record that is itself looked up, and lookups go one step.`;
      return this.#refuse("unknown_field", syntax, detail, null);
    }
    const near = nearest(
      syntax.relation,
      relations.filter(({ kind }) => kind === "belongs_to").map(({ name }) => name),
    );
    const suggestion = near === null ? null : writtenPath(near, syntax.name);
    return this.#refuse("unknown_field", syntax, `There is no related record "${syntax.relation}".`, suggestion);
  }

  #unknown({ name, ...at }: SyntaxOf<"name">): never {
    const relation = this.#schema.relations?.find((one) => one.name === name);
    if (relation?.kind === "belongs_to") {
      const field = relation.fields[0]?.name ?? "…";
      const detail = `"${name}" is a related record. Name one of its fields, for example ${writtenPath(name, field)}.`;
      return this.#refuse("unknown_field", at, detail, null);
    }
    if (relation !== undefined) {
      const detail = `"${name}" are many records, and a formula reads one. Ask for them in a "related" rule.`;
      return this.#refuse("unknown_field", at, detail, null);
    }
    const near = nearest(name, this.#fields.keys());
    const called = functionNamed(name);
    const detail = `There is no field "${name}".`;
    if (near === null && called !== undefined) {
      return this.#refuse("unknown_field", at, `${detail} The function is written ${called.signature}.`, null);
    }
    return this.#refuse("unknown_field", at, detail, near === null ? null : writtenName(near));
  }

  /** The suggestion is what to write instead. */
  #refuse(code: FormulaProblemCode, at: Stretch, detail: string, suggestion: string | null): never {
    const asked = suggestion === null ? detail : `${detail} Did you mean ${suggestion}?`;
    return refuseAt(this.#where, code, at, asked, suggestion === null ? {} : { suggestion });
  }
}
