/**
 * Where an import's batches come from: a file with a key goes to the shards as the bytes that it is made of; one without
 * is converted here, as its rows are named by what is stored of them. From one position comes one and the same batch.
 */
import {
  BlockReader,
  type ConvertField,
  CsvReader,
  makeConverter,
  type Position,
  type ReadRange,
} from "../csv/index.ts";
import type { RejectedRow } from "../interface.ts";
import { route, type ShardBatch } from "./batches.ts";
import type { ImportTarget } from "./ports.ts";
import type { LayoutWithFormats } from "./state.ts";
import { type TextBatch, TextRouter } from "./text-batches.ts";

export interface Batch extends Position {
  /** Records read, rejected ones too. */
  readonly records: number;
  readonly rejects: readonly RejectedRow[];
  readonly parts: readonly (ShardBatch | TextBatch)[];
  /** Cells that did not fit their field's type, by field, as far as they were looked at here. */
  readonly unfit: ReadonlyMap<number, number>;
  readonly done: boolean;
}

/** The next batch. */
export type Source = () => Promise<Batch>;

interface File {
  readonly read: ReadRange;
  readonly bytes: number;
  readonly layout: LayoutWithFormats;
  /** Read at once, where there is a key. */
  readonly blockBytes: number;
}

const ROWS_A_BATCH = 5_000;
const CHARS_A_BATCH = 4_000_000;

export function openSource(file: File, at: Position, target: ImportTarget): Source {
  return target.key_field === null ? withoutKey(file, at, target) : withKey(file, at, target, target.key_field);
}

function withKey({ read, bytes, layout, blockBytes }: File, at: Position, target: ImportTarget, key: string): Source {
  const reader = new BlockReader(read, { dialect: layout, bytes, blockBytes, ...at });
  const byName = new Map(fieldsOf(target, layout).map((field) => [field.name, field]));
  const columns = layout.header.map((name) => {
    const field = byName.get(name);
    return field ? { id: field.id, type: field.type, format: field.format } : null;
  });
  const routes = {
    columns,
    key: layout.header.indexOf(key),
    shardCount: target.shard_count,
    timeZone: target.time_zone,
  };
  return async () => {
    const router = new TextRouter(routes);
    const block = await reader.next((run) => router.take(run));
    const { records, rejects, batches: parts } = router;
    return { ...block, records, rejects, parts, unfit: new Map() };
  };
}

function withoutKey({ read, bytes, layout }: File, at: Position, target: ImportTarget): Source {
  const reader = CsvReader.open(read, { dialect: layout, bytes, ...at });
  const convert = makeConverter(fieldsOf(target, layout), layout.header, null, target.time_zone);
  return async () => {
    const { records, rejects, offset, line, done } = await reader.next(ROWS_A_BATCH, CHARS_A_BATCH);
    const { batches: parts, unfit } = route(records, convert, target.shard_count);
    return { offset, line, done, records: records.length + rejects.length, rejects, parts, unfit };
  };
}

/** A file writes its dates in its own way. */
function fieldsOf(target: ImportTarget, layout: LayoutWithFormats): ConvertField[] {
  const formats = new Map(Object.entries(layout.formats)); // a field may be called "constructor"
  return target.fields.map((field) => ({ ...field, format: formats.get(field.name) ?? field.format }));
}
