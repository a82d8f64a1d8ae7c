/** One *has many* relation of the shard: its copies, their columns, and what was aggregated over them. */
import {
  type AggregateSpec,
  type Cell,
  evaluateExpr,
  evaluateRow,
  type Field,
  type Moment,
  newFold,
  nothingAround,
  RowView,
  type Surroundings,
  type TypedValue,
  typedValue,
} from "../../engine/index.ts";
import type { SqlStorage } from "../../platform/types.ts";
import type { ByteBudget } from "../byte-budget.ts";
import type { CatalogueRelation, ShardPorts } from "../interface.ts";
import { Copies } from "./copies.ts";
import type { Copy } from "./copy.ts";
import { Passes } from "./passes.ts";
import { RelatedColumns } from "./related-columns.ts";

/** How much may be kept in memory, and how copies are stored. */
type StoragePorts = Pick<ShardPorts, "budget" | "copySizes">;

export class HasMany {
  readonly copies: Copies;
  readonly #rowCount: () => number;
  readonly #budget: ByteBudget;
  side: CatalogueRelation;
  /** When copies last came or changed, unless they have been put in order since. */
  changedAt: number | null = null;
  #columns: RelatedColumns | null = null;
  #passes: Passes | null = null;
  /** The copies of the record that was asked about last: several conditions ask about one. */
  #last: { readonly row: number; readonly copies: readonly Copy[] } | null = null;
  /** The copy that is being judged by itself. */
  #judged: Copy | null = null;
  /** Records that are being added: their copies still wait for them. */
  #expected: ReadonlyMap<number, string> = new Map();

  constructor(sql: SqlStorage, side: CatalogueRelation, rowCount: () => number, ports: StoragePorts) {
    this.copies = new Copies(sql, side.number, side.field, ports.copySizes);
    this.#budget = ports.budget;
    this.side = side;
    this.#rowCount = rowCount;
  }

  get number(): number {
    return this.side.number;
  }

  get fields(): readonly Field[] {
    return this.side.fields;
  }

  /** Null while nobody asked for columns: changes need not be passed on. */
  get loaded(): RelatedColumns | null {
    return this.#columns;
  }

  get columns(): RelatedColumns {
    this.#columns ??= new RelatedColumns(this.copies, this.fields, this.#budget);
    return this.#columns;
  }

  get passes(): Passes {
    this.#passes ??= new Passes(this.columns, this.around, this.#rowCount, (spec, row, moment) =>
      this.aggregate(spec, row, moment),
    );
    return this.#passes;
  }

  /** What conditions on copies find beside their cells: the segments that they are in. */
  readonly around: Surroundings = {
    ...nothingAround,
    isMember: (segment) => this.#judged?.members.includes(segment) ?? false,
    memberWords: (segment, chunk, out) => this.columns.memberWords(segment, chunk, out),
  };

  /** A new catalogue. */
  set(side: CatalogueRelation): void {
    const changed = JSON.stringify(side.fields) !== JSON.stringify(this.side.fields);
    this.side = side;
    if (!changed) return;
    this.#columns?.setFields(side.fields);
    this.#passes?.clear();
  }

  /** From here until `settled` these rows are about to be added. */
  expect(rows: ReadonlyMap<number, string>): void {
    this.#expected = this.copies.waits ? rows : new Map();
  }

  get anyExpected(): boolean {
    return this.#expected.size > 0;
  }

  isExpected(row: number): boolean {
    return this.#expected.has(row);
  }

  /** Copies changed, or records came or went. */
  forgetLast(): void {
    this.#last = null;
  }

  copiesOf(row: number): readonly Copy[] {
    if (this.#last?.row === row) return this.#last.copies;
    const waitedFor = this.#expected.get(row);
    const copies = waitedFor === undefined ? this.copies.ofParent(row) : this.copies.waitingFor(waitedFor);
    this.#last = { row, copies };
    return copies;
  }

  /** One record's aggregate, from its copies. */
  aggregate(spec: AggregateSpec, row: number, moment: Moment): TypedValue {
    const fold = newFold(spec.fn);
    for (const copy of this.copiesOf(row)) {
      this.#judged = copy;
      if (!evaluateRow(spec.filter, copy.cells, moment, this.around, copy.row)) continue;
      const value = read(spec.of, copy.cells, moment);
      fold.add({ value, order: read(spec.order_by, copy.cells, moment), key: copy.key });
    }
    return fold.result;
  }
}

function read(of: AggregateSpec["of"], cells: readonly Cell[], moment: Moment): TypedValue {
  if (of?.expr) return evaluateExpr(of.expr, new RowView(cells, nothingAround), moment);
  return of === null ? null : typedValue(of, cells[of.field]);
}
