/** Shards of related datasets, connected, each with a database that survives crashes. */
import fc from "fast-check";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import type { Cell, Query } from "../../engine/index.ts";
import { unwrap } from "../../platform/problem.ts";
import { ByteBudget } from "../byte-budget.ts";
import { homeShard } from "../home.ts";
import type { Catalogue, CatalogueRelation, RowWrite, ShardApi, ShardPorts } from "../interface.ts";
import { ShardObject } from "../shard.ts";

/** Bytes for columns: plenty, or so few that every column is dropped as soon as it is built. */
export const budgets = fc.constantFrom(1e8, 0);

/** What a shard without relations is given; nobody hears its announcements. */
export const portsAlone = (clock: Clock, catalogue: () => Catalogue, columnBytes = 1e8): ShardPorts => ({
  now: clock.now,
  budget: new ByteBudget(columnBytes),
  loadCatalogue: async () => catalogue(),
  announce: async () => {},
  shard: () => {
    throw new Error("this shard has no relations");
  },
});

/** Such a shard, with a database that survives crashes. */
export const shardAlone = (clock: Clock, catalogue: () => Catalogue, columnBytes = () => 1e8) =>
  new ObjectHost("ds_1/0", clock, (state) => new ShardObject(state, portsAlone(clock, catalogue, columnBytes())));

type Definition = Omit<Catalogue, "workspace_id" | "version" | "time_zone" | "relations">;

interface Relation {
  readonly id: string;
  readonly from: string;
  readonly field: number;
  readonly to: string;
  readonly name: string;
  readonly reverse_name: string;
  readonly numbers: readonly [inChild: number, inParent: number];
  lookup_wanted: boolean;
  shared: readonly string[];
}

/** A control plane that is a few variables, and every shard of it. */
export class RelatedWorld {
  readonly clock = new Clock();
  /** Called before and after each call from shard to shard: throw there to lose it. */
  fault: (call: string, target: string) => void = () => {};
  /** Whether calls between shards are let through. */
  readonly #datasets = new Map<string, Definition>();
  readonly #relations: Relation[] = [];
  readonly #shards = new Map<string, ObjectHost<ShardObject>>();
  version = 1;
  timeZone = "UTC";
  /** Pages as small as can be, so that a few copies fill some. */
  columnBytes = 1e8;
  copySizes: ShardPorts["copySizes"] = { rowsAPage: 2, rowsForAPage: 2, mostUnwritten: 5, mostSingles: 3, quietMs: 0 };

  dataset(definition: Definition): void {
    this.#datasets.set(definition.dataset_id, definition);
    this.version++;
  }

  change(id: string, change: Partial<Definition>): void {
    this.dataset({ ...(this.#datasets.get(id) as Definition), ...change });
  }

  relate(relation: Omit<Relation, "lookup_wanted" | "shared">): void {
    this.#relations.push({ lookup_wanted: false, shared: [], ...relation });
    this.version++;
  }

  wantLookups(id: string): void {
    for (const relation of this.#relations) if (relation.id === id) relation.lookup_wanted = true;
    this.version++;
  }

  share(id: string, ...segments: string[]): void {
    for (const relation of this.#relations) if (relation.id === id) relation.shared = segments;
    this.version++;
  }

  unrelate(id: string): void {
    this.#relations.splice(
      this.#relations.findIndex((relation) => relation.id === id),
      1,
    );
    this.version++;
  }

  segment(dataset: string, id: string, query: Query | null): void {
    const { segments } = this.#datasets.get(dataset) as Definition;
    const others = segments.filter((segment) => segment.id !== id);
    const version = (segments.find((segment) => segment.id === id)?.version ?? 0) + 1;
    this.change(dataset, { segments: query ? [...others, { id, version, query }] : others });
  }

  catalogue(datasetId: string): Catalogue | null {
    const definition = this.#datasets.get(datasetId);
    if (!definition) return null;
    const { version, timeZone } = this;
    const relations = this.#relations.flatMap((relation) => [
      ...(relation.from === datasetId ? [this.#side(relation, "belongs_to")] : []),
      ...(relation.to === datasetId ? [this.#side(relation, "has_many")] : []),
    ]);
    return { ...definition, workspace_id: "ws_1", version, time_zone: timeZone, relations };
  }

  #side(relation: Relation, kind: CatalogueRelation["kind"]): CatalogueRelation {
    const points = kind === "belongs_to";
    const other = this.#datasets.get(points ? relation.to : relation.from) as Definition;
    return {
      ...{ id: relation.id, kind, field: relation.field, dataset_id: other.dataset_id, fields: other.fields },
      number: relation.numbers[points ? 0 : 1],
      name: points ? relation.name : relation.reverse_name,
      ...{ shard_count: other.shard_count, version: this.version },
      ...{ lookup_wanted: relation.lookup_wanted, shared: relation.shared },
    };
  }

  shard(datasetId: string, n: number): ObjectHost<ShardObject> {
    const name = `${datasetId}/${n}`;
    const known = this.#shards.get(name);
    if (known) return known;
    const host: ObjectHost<ShardObject> = new ObjectHost(
      name,
      this.clock,
      (state) => new ShardObject(state, this.#ports()),
    );
    this.#shards.set(name, host);
    return host;
  }

  #ports(): ShardPorts {
    return {
      now: this.clock.now,
      budget: new ByteBudget(this.columnBytes),
      ...(this.copySizes ? { copySizes: this.copySizes } : {}),
      loadCatalogue: async (datasetId) => this.catalogue(datasetId),
      announce: async () => {},
      shard: (datasetId, n) => this.#stub(datasetId, n),
    };
  }

  #stub(datasetId: string, n: number): ReturnType<ShardPorts["shard"]> {
    const call = async (method: "copyIn" | "lookup" | "lookupIn", request: unknown) => {
      const target = `${datasetId}/${n}`;
      await null; // as between threads: whoever calls goes on first
      this.fault(`before ${method}`, target);
      const { object } = this.shard(datasetId, n);
      const answer = await (object[method] as (request: unknown) => Promise<unknown>)(structuredClone(request));
      this.fault(`after ${method}`, target);
      return structuredClone(answer);
    };
    return {
      copyIn: (request) => call("copyIn", request) as ReturnType<ShardApi["copyIn"]>,
      lookup: (request) => call("lookup", request) as ReturnType<ShardApi["lookup"]>,
      lookupIn: (request) => call("lookupIn", request) as ReturnType<ShardApi["lookupIn"]>,
    };
  }

  shardsOf(datasetId: string): ObjectHost<ShardObject>[] {
    const { shard_count } = this.#datasets.get(datasetId) as Definition;
    return Array.from({ length: shard_count }, (_, n) => this.shard(datasetId, n));
  }

  /** Rows by key, as tuples of cells; each goes to its home. */
  async write(datasetId: string, rows: readonly (readonly [key: string, ...cells: Cell[]])[]): Promise<void> {
    this.clock.advance(7);
    const { shard_count } = this.#datasets.get(datasetId) as Definition;
    const homes = Map.groupBy(rows, ([key]) => homeShard(key, shard_count));
    await Promise.all(
      Array.from(homes, async ([home, own]) => {
        const writes = own.map(
          (cells): RowWrite => ({ key: cells[0], cells: cells.map((cell, field) => [field, cell] as const) }),
        );
        const request = { version: this.version, mode: "upsert" as const, rows: writes };
        unwrap(await this.shard(datasetId, home).object.apply(request));
      }),
    );
  }

  async remove(datasetId: string, keys: readonly string[]): Promise<void> {
    this.clock.advance(7);
    const { shard_count } = this.#datasets.get(datasetId) as Definition;
    for (const key of keys) {
      const { object } = this.shard(datasetId, homeShard(key, shard_count));
      unwrap(await object.remove({ version: this.version, keys: [key] }));
    }
  }

  /** Lets every alarm of a dataset's shards do its work. */
  async settle(...datasets: string[]): Promise<void> {
    for (const dataset of datasets) {
      for (const host of this.shardsOf(dataset)) {
        unwrap(await host.object.stats({ version: this.version }));
        await host.object.alarm();
        await host.quiet();
      }
    }
  }

  /** The keys that match, by preview: the column evaluator. */
  async matching(datasetId: string, query: Query): Promise<string[]> {
    const found: string[] = [];
    for (const { object } of this.shardsOf(datasetId)) {
      const answer = unwrap(await object.preview({ version: this.version, query, sample: 1_000 }));
      expectSame(answer.count, answer.sample.length);
      found.push(...answer.sample.map(({ key }) => key));
    }
    return found.sort();
  }

  /** The members of a live segment. */
  async members(datasetId: string, segmentId: string): Promise<string[]> {
    const found: string[] = [];
    for (const { object } of this.shardsOf(datasetId)) {
      const request = { version: this.version, segment_id: segmentId, after: -1, limit: 1_000 };
      found.push(...unwrap(await object.members(request)).records.map(({ key }) => key));
    }
    return found.sort();
  }
}

function expectSame(count: number, sample: number): void {
  if (count !== sample) throw new Error(`a preview counts ${count} and shows ${sample}`);
}
