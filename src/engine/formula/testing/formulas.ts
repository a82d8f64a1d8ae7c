/** Random formulas as trees of their own, and how they are written. The oracle reads the tree, the parser the text. Tests only. */
import fc from "fast-check";
import type { FieldType } from "../../values/types.ts";

export type Tree =
  | { readonly kind: "value"; readonly type: FieldType; readonly value: string | number | boolean }
  | { readonly kind: "field"; readonly type: FieldType; readonly name: string }
  | { readonly kind: "call"; readonly type: FieldType; readonly name: string; readonly args: readonly Tree[] };

export interface NamedField {
  readonly name: string;
  readonly type: FieldType;
}

const literals: Readonly<Record<Exclude<FieldType, "text_array">, readonly (string | number | boolean)[]>> = {
  number: [
    0, 1, 2, 3, 7, 0.1, 0.2, 0.3, 1.005, 2.5, 100, 1e6, 99.99, 0.000001, 0.0000001, 1234567.891, 9999999999.99, 1e15,
    1e300,
  ],
  text: ["CA", "ca", "a", "ß", "σ", "İ", "b.com", "@", "it's", 'say "x"', "a\\b", "😀", "\t.", "null", "K"],
  boolean: [true, false],
  date: [
    "2024-02-29",
    "2024-03-10",
    "2011-12-30",
    "2011-12-31",
    "1969-12-31",
    "1970-01-01",
    "2018-11-04",
    "2024-01-01",
  ],
  datetime: [
    "2024-03-10T05:00:00Z",
    "2011-12-30T10:00:00Z",
    "2024-03-31T02:30:00",
    "2024-02-29T00:30:00",
    "2018-11-04T00:00:00",
  ],
};

type Any = fc.Arbitrary<Tree>;

/** Trees over a schema, of any type that a formula may have. `now` is the only instant that is not a field's. */
export class Formulas {
  readonly #fields: readonly NamedField[];
  /** Made once for each depth: made anew in each place they would be millions. */
  readonly #made = new Map<string, Any>();

  constructor(fields: readonly NamedField[]) {
    this.#fields = fields;
  }

  any(depth: number): Any {
    return this.#once(`any ${depth}`, () => this.#anything(depth));
  }

  #anything(depth: number): Any {
    return fc.oneof(
      { weight: 3, arbitrary: this.truth(depth) },
      { weight: 2, arbitrary: this.number(depth) },
      { weight: 2, arbitrary: this.text(depth) },
      { weight: 1, arbitrary: this.date(depth) },
    );
  }

  #once(key: string, make: () => Any): Any {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }

  #field(type: FieldType): Any {
    const names = this.#fields.filter((field) => field.type === type).map(({ name }) => name);
    return fc.constantFrom(...names).map((name) => ({ kind: "field", type, name }));
  }

  #value(type: Exclude<FieldType, "text_array">): Any {
    return fc.constantFrom(...literals[type]).map((value) => ({ kind: "value", type, value }));
  }

  #call(type: FieldType, name: string | fc.Arbitrary<string>, ...args: Any[]): Any {
    const names = typeof name === "string" ? fc.constant(name) : name;
    return fc
      .tuple(names, fc.tuple(...args))
      .map(([called, given]) => ({ kind: "call", type, name: called, args: given }));
  }

  #several(type: FieldType, name: string | fc.Arbitrary<string>, first: Any, rest: Any): Any {
    const names = typeof name === "string" ? fc.constant(name) : name;
    const args = fc.tuple(first, fc.array(rest, { minLength: 1, maxLength: 3 }));
    return fc
      .tuple(names, args)
      .map(([called, [one, more]]) => ({ kind: "call", type, name: called, args: [one, ...more] }));
  }

  #chosen(type: FieldType, of: (depth: number) => Any, depth: number): Any[] {
    const inner = of.call(this, depth);
    return [
      this.#call(type, "if", this.truth(depth), inner, inner),
      this.#call(type, "if", this.truth(depth), inner),
      this.#several(type, "coalesce", inner, inner),
    ];
  }

  number(depth: number): Any {
    return this.#once(`number ${depth}`, () => this.#number(depth));
  }

  #number(depth: number): Any {
    const leaf = fc.oneof(
      { weight: 2, arbitrary: this.#field("number") },
      { weight: 1, arbitrary: this.#value("number") },
    );
    if (depth === 0) return leaf;
    const inner = this.number(depth - 1);
    const day = this.#day(depth - 1);
    return fc.oneof(
      { weight: 2, arbitrary: leaf },
      { weight: 6, arbitrary: this.#call("number", fc.constantFrom("+", "-", "*", "/", "%"), inner, inner) },
      { weight: 1, arbitrary: this.#call("number", fc.constantFrom("neg", "abs", "floor", "ceil", "round"), inner) },
      { weight: 1, arbitrary: this.#rounded(inner) },
      { weight: 1, arbitrary: this.#several("number", fc.constantFrom("min", "max"), inner, inner) },
      {
        weight: 1,
        arbitrary: this.#call("number", "length", fc.oneof(this.text(depth - 1), this.#field("text_array"))),
      },
      { weight: 1, arbitrary: this.#call("number", fc.constantFrom("year", "month", "weekday", "days_since"), day) },
      { weight: 1, arbitrary: this.#call("number", "days_between", day, day) },
      ...this.#chosen("number", this.number, depth - 1).map((arbitrary) => ({ weight: 1, arbitrary })),
    );
  }

  #rounded(inner: Any): Any {
    const digits = fc.integer({ min: -15, max: 15 }).map((value): Tree => ({ kind: "value", type: "number", value }));
    return this.#call("number", "round", inner, digits);
  }

  text(depth: number): Any {
    return this.#once(`text ${depth}`, () => this.#text(depth));
  }

  #text(depth: number): Any {
    const leaf = fc.oneof({ weight: 2, arbitrary: this.#field("text") }, { weight: 1, arbitrary: this.#value("text") });
    if (depth === 0) return leaf;
    const inner = this.text(depth - 1);
    const piece = fc.oneof(
      inner,
      this.number(0),
      this.truth(0),
      this.date(0),
      fc.constant<Tree>({ kind: "value", type: "text", value: " " }),
    );
    return fc.oneof(
      { weight: 2, arbitrary: leaf },
      { weight: 3, arbitrary: this.#call("text", fc.constantFrom("lower", "upper", "domain"), inner) },
      { weight: 2, arbitrary: this.#several("text", "concat", piece, piece) },
      ...this.#chosen("text", this.text, depth - 1).map((arbitrary) => ({ weight: 1, arbitrary })),
    );
  }

  date(depth: number): Any {
    return this.#once(`date ${depth}`, () => this.#date(depth));
  }

  #date(depth: number): Any {
    const leaf = fc.oneof(
      { weight: 3, arbitrary: this.#field("date") },
      { weight: 1, arbitrary: this.#call("date", "today") },
    );
    if (depth === 0) return leaf;
    const beside = fc.oneof(this.date(depth - 1), this.#value("date"));
    return fc.oneof(
      { weight: 3, arbitrary: leaf },
      {
        weight: 1,
        arbitrary: this.#several("date", fc.constantFrom("min", "max", "coalesce"), this.date(depth - 1), beside),
      },
      { weight: 1, arbitrary: this.#call("date", "if", this.truth(depth - 1), this.date(depth - 1), beside) },
    );
  }

  instant(depth: number): Any {
    return this.#once(`instant ${depth}`, () => this.#instant(depth));
  }

  #instant(depth: number): Any {
    const leaf = fc.oneof(
      { weight: 3, arbitrary: this.#field("datetime") },
      { weight: 1, arbitrary: this.#call("datetime", "now") },
    );
    if (depth === 0) return leaf;
    const beside = fc.oneof(this.instant(depth - 1), this.#value("datetime"));
    return fc.oneof(
      { weight: 3, arbitrary: leaf },
      {
        weight: 1,
        arbitrary: this.#several(
          "datetime",
          fc.constantFrom("min", "max", "coalesce"),
          this.instant(depth - 1),
          beside,
        ),
      },
      { weight: 1, arbitrary: this.#call("datetime", "if", this.truth(depth - 1), this.instant(depth - 1), beside) },
    );
  }

  /** What stands for a date where one is needed. */
  #day(depth: number): Any {
    return fc.oneof(this.date(depth), this.instant(depth), this.#value("date"), this.#value("datetime"));
  }

  truth(depth: number): Any {
    return this.#once(`truth ${depth}`, () => this.#truth(depth));
  }

  #truth(depth: number): Any {
    const leaf = fc.oneof(
      { weight: 4, arbitrary: this.#field("boolean") },
      { weight: 1, arbitrary: this.#value("boolean") },
    );
    if (depth === 0) return leaf;
    return fc.oneof(
      { weight: 1, arbitrary: leaf },
      { weight: 8, arbitrary: this.#comparison(depth - 1) },
      {
        weight: 3,
        arbitrary: this.#several("boolean", fc.constantFrom("and", "or"), this.truth(depth - 1), this.truth(depth - 1)),
      },
      { weight: 1, arbitrary: this.#call("boolean", "not", this.truth(depth - 1)) },
      ...this.#chosen("boolean", this.truth, depth - 1).map((arbitrary) => ({ weight: 1, arbitrary })),
    );
  }

  #comparison(depth: number): Any {
    const anyOrder = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
    const equality = fc.constantFrom("==", "!=");
    const search = fc.constantFrom("contains", "starts_with", "ends_with");
    const text = this.text(depth);
    return fc.oneof(
      {
        weight: 4,
        arbitrary: this.#turned(anyOrder, this.number(depth), fc.oneof(this.number(depth), this.#value("number"))),
      },
      { weight: 2, arbitrary: this.#turned(anyOrder, this.date(depth), this.#day(depth)) },
      { weight: 3, arbitrary: this.#turned(anyOrder, this.instant(depth), this.#day(depth)) },
      { weight: 3, arbitrary: this.#turned(equality, text, fc.oneof(text, this.#value("text"))) },
      { weight: 1, arbitrary: this.#turned(equality, this.truth(depth), this.truth(depth)) },
      { weight: 3, arbitrary: this.#call("boolean", search, text, fc.oneof(text, this.#value("text"))) },
      {
        weight: 1,
        arbitrary: this.#call("boolean", "contains", this.#field("text_array"), fc.oneof(text, this.#value("text"))),
      },
      {
        weight: 1,
        arbitrary: this.#call("boolean", "is_empty", fc.oneof(this.any(0), this.instant(0), this.#field("text_array"))),
      },
      { weight: 1, arbitrary: this.#call("boolean", "is_empty", fc.oneof(this.any(depth), this.instant(depth))) },
    );
  }

  /** With either side first. A datetime literal never stands beside a date. */
  #turned(operator: fc.Arbitrary<string>, a: Any, b: Any): Any {
    const sides = fc
      .tuple(a, b)
      .filter((both) => !both.some(isInstantLiteral) || both.every(({ type }) => type === "datetime"));
    return fc
      .tuple(operator, sides, fc.boolean())
      .map(([name, args, turn]) => ({ kind: "call", type: "boolean", name, args: turn ? args.toReversed() : args }));
  }
}

const isInstantLiteral = (tree: Tree): boolean => tree.kind === "value" && tree.type === "datetime";

/** A number below 2^32 for each place where a formula may be written in more than one way. */
export type Style = () => number;

const BINARY = new Set(["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"]);

export function written(tree: Tree, style: Style): string {
  if (tree.kind === "field")
    return /^(?!and$)[a-z_]+$/.test(tree.name) && style() % 2 === 0
      ? tree.name
      : `\`${tree.name.replaceAll("`", "``")}\``;
  if (tree.kind === "value") return typeof tree.value === "string" ? quoted(tree.value, style) : plain(tree.value);
  const { name } = tree;
  const args = tree.args.map((arg) => written(arg, style));
  if (BINARY.has(name)) return `(${args[0]}${style() % 2 === 0 ? " " : "  "}${name} ${args[1]})`;
  if (name === "and" || name === "or") return `(${args.join(` ${spelled(name, style)} `)})`;
  if (name === "not") return style() % 2 === 0 ? `(!${args[0]})` : `(not ${args[0]})`;
  if (name === "neg") return `(- ${args[0]})`;
  return `${style() % 4 === 0 ? name.toUpperCase() : name}(${args.join(style() % 2 === 0 ? ", " : ",")})`;
}

const plain = (value: number | boolean): string =>
  typeof value === "number" && value >= 1e15 ? value.toExponential() : String(value);

function spelled(name: "and" | "or", style: Style): string {
  const spellings = name === "and" ? ["and", "&&", "AND"] : ["or", "||", "Or"];
  return spellings[style() % 3] as string;
}

function quoted(text: string, style: Style): string {
  const quote = style() % 2 === 0 ? '"' : "'";
  const inner = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\t", "\\t");
  return `${quote}${style() % 4 === 0 ? inner.replaceAll("a", "\\u0061") : inner}${quote}`;
}
