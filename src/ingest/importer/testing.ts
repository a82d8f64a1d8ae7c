/** An importer with real shards, a file in memory and a control plane that is a variable; it crashes when told. */
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import type { Field } from "../../engine/index.ts";
import { success, unwrap } from "../../platform/problem.ts";
import type { Stub } from "../../platform/types.ts";
import type { Catalogue, ShardApi } from "../../shard/interface.ts";
import { portsAlone } from "../../shard/related/testing.ts";
import { ShardObject } from "../../shard/shard.ts";
import type { ImportMode, ImportState } from "../interface.ts";
import { ImporterObject } from "./importer.ts";
import type { ImporterPorts, ImportTarget } from "./ports.ts";

export const SHARDS = 3;

export class ImportWorld {
  readonly clock = new Clock();
  readonly files = new Map<string, Uint8Array>();
  readonly finished: ImportState[] = [];
  readonly faults: string[] = [];
  readonly published: ImportState[] = [];
  readonly shards: ObjectHost<ShardObject>[];
  readonly importer: ObjectHost<ImporterObject>;
  readonly #keyField: string | null;
  catalogue: Catalogue;
  /** Several batches even of a small file. */
  blockBytes = 60_000;
  /** Called before and after each call to a shard, and before news: throw to crash there. */
  fault: (call: string) => void = () => {};

  constructor(keyField: string | null, fields: Field[] = []) {
    this.#keyField = keyField;
    this.catalogue = {
      dataset_id: "ds_1",
      workspace_id: "ws_1",
      version: 1,
      time_zone: "UTC",
      shard_count: SHARDS,
      fields,
      relations: [],
      segments: [],
    };
    this.shards = Array.from(
      { length: SHARDS },
      (_, n) => new ObjectHost(`ds_1/${n}`, this.clock, (state) => this.#makeShard(state)),
    );
    this.importer = new ObjectHost("ds_1", this.clock, (state) => new ImporterObject(state, this.#ports()));
  }

  #makeShard(state: ConstructorParameters<typeof ShardObject>[0]): ShardObject {
    return new ShardObject(
      state,
      portsAlone(this.clock, () => this.catalogue),
    );
  }

  #ports(): ImporterPorts {
    return {
      now: this.clock.now,
      blockBytes: this.blockBytes,
      pauseMs: 0,
      report: (fault) => void this.faults.push(fault),
      readRange: async (key, offset, length) => (this.files.get(key) as Uint8Array).subarray(offset, offset + length),
      releaseFile: async () => {},
      target: async () => success(this.#target()),
      prepare: async (_, columns) => {
        for (const { name, type } of columns) this.#addField(name, type);
        return success(this.#target());
      },
      shard: (_, n) => this.#stub(n),
      publish: async (_workspace, _dataset, state) => {
        this.fault("publish");
        this.published.push(state);
      },
      finished: async (_, state) => void this.finished.push(state),
    };
  }

  #addField(name: string, type: Field["type"]): void {
    const { fields, version } = this.catalogue;
    if (fields.some((field) => field.name === name)) return;
    this.catalogue = {
      ...this.catalogue,
      version: version + 1,
      fields: [...fields, { id: fields.length, name, type }],
    };
  }

  #target(): ImportTarget {
    return {
      workspace_id: "ws_1",
      version: this.catalogue.version,
      shard_count: SHARDS,
      time_zone: "UTC",
      fields: this.catalogue.fields.map((field) => ({ ...field, format: null })),
      key_field: this.#keyField,
    };
  }

  /** Every call may fail before it reaches the shard, and after it was carried out. */
  #stub(n: number): Stub<ShardApi> {
    const call =
      (name: string) =>
      async (...args: unknown[]) => {
        this.fault(`before ${name}`);
        const { object } = this.shards[n] as ObjectHost<ShardObject>;
        const method = object[name as keyof ShardObject] as (...args: unknown[]) => Promise<unknown>;
        const answer = await method.apply(object, structuredClone(args));
        this.fault(`after ${name}`);
        return structuredClone(answer);
      };
    return new Proxy({} as Stub<ShardApi>, { get: (_, name) => call(String(name)) });
  }

  async enqueue(id: string, csv: string, mode: ImportMode = "upsert", confirm_removal = false): Promise<void> {
    const bytes = new TextEncoder().encode(csv);
    this.files.set(id, bytes);
    const request = { dataset_id: "ds_1", import_id: id, file_key: id, bytes: bytes.length, mode, confirm_removal };
    await this.importer.object.enqueue(request);
  }

  /** Rings the alarm until no import is open. A handler that a crash cut off is run again, as the hosts do. */
  async settle(): Promise<void> {
    let cutOff = false;
    while (this.importer.alarmAt !== null || cutOff) {
      this.clock.advance(60_000);
      try {
        await (cutOff ? this.importer.object.alarm() : this.importer.ring());
        cutOff = false;
      } catch {
        cutOff = true;
      }
    }
  }

  async run(id: string, csv: string, mode: ImportMode = "upsert", confirm = false): Promise<ImportState> {
    await this.enqueue(id, csv, mode, confirm);
    await this.settle();
    return (await this.importer.object.state({ import_id: id })) as ImportState;
  }

  /** All records, by key, as objects of field names. */
  async records(): Promise<Map<string, Record<string, unknown>>> {
    const found = new Map<string, Record<string, unknown>>();
    for (const shard of this.shards) {
      const page = unwrap(await shard.object.list({ version: this.catalogue.version, after: -1, limit: 100_000 }));
      for (const record of page.records) {
        const entries = this.catalogue.fields.map((field) => [field.name, record.cells[field.id] ?? null]);
        found.set(record.key, Object.fromEntries(entries));
      }
    }
    return found;
  }
}
