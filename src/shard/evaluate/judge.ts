/**
 * Who judges single rows: the queries that the served memberships follow, as one set that shares conditions. A
 * segment being computed keeps its older query until its newer one takes over.
 */
import {
  type Cell,
  type Condition,
  type Moment,
  type Plan,
  type Query,
  SegmentSet,
  type Surroundings,
} from "../../engine/index.ts";
import { ProblemError } from "../../platform/problem.ts";
import type { Memberships } from "../memberships.ts";
import type { Definitions } from "./definitions.ts";
import { FlipBuilder, type FlipMap } from "./flip-map.ts";

/** A row as a write leaves it. `changed` null: the whole row is new. */
export interface ChangedRow {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly changed: ReadonlySet<number> | null;
  /** The cells before, where they are known: segments of which no condition turned are then left alone. */
  readonly before?: readonly Cell[] | null;
}

export class Judge {
  readonly #definitions: Definitions;
  readonly #memberships: Memberships;
  readonly #around: Surroundings;
  readonly #followed = new Map<string, Query>();
  #set: SegmentSet;

  constructor(definitions: Definitions, memberships: Memberships, around: Surroundings) {
    this.#definitions = definitions;
    this.#memberships = memberships;
    this.#around = around;
    this.#set = new SegmentSet(definitions.context, around);
  }

  schemaChanged(): void {
    this.#set = new SegmentSet(this.#definitions.context, this.#around);
    for (const [id, query] of this.#followed) this.#compileInto(id, query);
  }

  /** Live changes move this segment's membership from now on, by this query. */
  follow(id: string, query: Query): void {
    if (this.#set.has(id) && sameQuery(this.#followed.get(id), query)) return;
    this.#followed.set(id, query);
    this.#compileInto(id, query);
  }

  /** After a restart: until a newer computation is done, the membership goes on following this query. */
  followOlder(id: string, query: Query): void {
    if (!this.#followed.has(id)) this.follow(id, query);
  }

  forget(id: string): void {
    this.#followed.delete(id);
    this.#set.delete(id);
  }

  #compileInto(id: string, query: Query): void {
    try {
      this.#set.set(id, query);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#set.delete(id);
    }
  }

  /** What the membership follows. */
  plan(id: string): Plan | undefined {
    return this.#set.plan(id);
  }

  /** These segments and all that read them, whoever is read first. */
  withReaders(ids: Iterable<string>): string[] {
    return this.#set.withReaders(ids).filter((id) => this.#set.has(id));
  }

  /** The distinct conditions of what is followed, with the segments that have them. */
  conditions(): Iterable<{ readonly condition: Condition; readonly users: ReadonlySet<string> }> {
    return this.#set.conditions();
  }

  /** Which memberships these rows change, before they are written. */
  flips(rows: readonly ChangedRow[], moment: Moment): FlipMap {
    const flips = new FlipBuilder();
    for (const { row, cells, changed, before } of rows) {
      const fields = changed && this.#definitions.withLookups(changed);
      const visit = (id: string, member: boolean) => flips.put(id, this.#memberships.of(id), row, member);
      if (fields && before) this.#set.visitChange(row, before, cells, fields, moment, visit);
      else this.#set.visitRow(row, cells, fields, moment, visit);
    }
    return flips.map;
  }

  /** The same for rows that did not change themselves: time passed, or what is around them moved. */
  flipsOf(rows: Iterable<{ row: number; cells: readonly Cell[] }>, ids: readonly string[], moment: Moment): FlipMap {
    const flips = new FlipBuilder();
    for (const { row, cells } of rows) {
      this.#set.visitSegments(row, cells, ids, moment, (id, member) =>
        flips.put(id, this.#memberships.of(id), row, member),
      );
    }
    return flips.map;
  }
}

function sameQuery(a: Query | undefined, b: Query): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
