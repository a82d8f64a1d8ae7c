/**
 * One import, a step at a time. Each step ends with the counts, the rejects and the place in the file
 * written together; so a crash between two steps loses nothing, and one within a step repeats it: a
 * shard answers a batch that it has applied as it did the first time.
 */
import { type Outcome, unwrap } from "../../platform/problem.ts";
import type { ApplyAnswer } from "../../shard/interface.ts";
import { type FileLayout, Inspector } from "../csv/index.ts";
import type { ImportRequest, ImportState, Inspection } from "../interface.ts";
import { rejectsOf } from "./batches.ts";
import type { ImporterPorts, ImportTarget } from "./ports.ts";
import { type Batch, openSource, type Source } from "./sources.ts";
import {
  counted,
  type LayoutWithFormats,
  type Progress,
  removalProblem,
  rowsProgress,
  typesProgress,
} from "./state.ts";
import type { ImportStore, StoredImport } from "./store.ts";

const REMOVAL: Progress = { phase: "removal", shard: 0, from: 0, removed: 0, agreed: false };

/** A shard writes a block in one go, and everything else on its thread waits: short rows make short blocks. */
const ROWS_A_BLOCK = 40_000;
const LEAST_BLOCK_BYTES = 65_536;

/** Thrown for what ends the import: the file or the dataset is not as it must be. */
export class ImportEnds extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

export class ImportRun {
  readonly #ports: ImporterPorts;
  readonly #store: ImportStore<Progress>;
  readonly #request: ImportRequest;
  #state: ImportState;
  #progress: Progress;
  #target: ImportTarget | null = null;
  #source: Source | null = null;
  /** Read while the shards write the batch before it. */
  #ahead: Promise<Batch> | null = null;
  #inspector: Inspector | null = null;

  constructor(ports: ImporterPorts, store: ImportStore<Progress>, stored: StoredImport<Progress>) {
    this.#ports = ports;
    this.#store = store;
    this.#request = stored.request;
    this.#state = stored.state;
    this.#progress = stored.progress;
  }

  get state(): ImportState {
    return this.#state;
  }

  /** False when the import has nothing left to do. */
  async step(): Promise<boolean> {
    if (this.#progress.phase === "types") return this.#types();
    if (this.#progress.phase === "rows") return this.#rows(this.#progress);
    return this.#progress.phase === "removal" && this.#removal(this.#progress);
  }

  /** Lets the shards forget what they remember of this import. */
  async forget(): Promise<void> {
    const target = await this.#ports.target(this.#request.dataset_id);
    if (!target.ok) return;
    await this.#eachShard(target.value, (n) => this.#shard(n).endImport({ import_id: this.#request.import_id }));
  }

  async #types(): Promise<boolean> {
    const resume = (this.#progress.phase === "types" ? this.#progress.scan : null) ?? undefined;
    this.#inspector ??= new Inspector(this.#read, this.#request.bytes, { resume, keys: false });
    const { done } = unwrap(await this.#inspector.step());
    this.#state = { ...this.#state, phase: "reading types", progress: typesProgress(this.#inspector.progress) };
    if (!done) {
      this.#save({ phase: "types", scan: this.#inspector.state() });
      return true;
    }
    const { inspection, layout } = this.#inspector.result();
    this.#checkKey(await this.#loadTarget(), layout); // before the file's columns become fields
    this.#target = orEnd(await this.#ports.prepare(this.#request.dataset_id, inspection.fields, inspection.rows));
    this.#state = { ...this.#state, phase: "writing rows", notes: [...inspection.notes, ...fieldNotes(inspection)] };
    this.#save({ phase: "rows", layout: forRows(layout, inspection, this.#request.bytes), at: layout.start, batch: 0 });
    return true;
  }

  async #rows(progress: Progress & { phase: "rows" }): Promise<boolean> {
    const target = await this.#loadTarget();
    const blockBytes = Math.min(this.#ports.blockBytes, progress.layout.block_bytes ?? Number.POSITIVE_INFINITY);
    this.#source ??= openSource(
      { read: this.#read, bytes: this.#request.bytes, layout: progress.layout, blockBytes },
      progress.at,
      target,
    );
    const source = this.#source;
    const batch = await (this.#ahead ?? source());
    const sent = batch.parts.map(async (part) =>
      orEnd(await this.#apply(target, part.shard, part.rows, progress.batch)),
    );
    this.#ahead = batch.done ? null : source();
    this.#ahead?.catch(() => undefined); // looked at by the next step
    const answers = await Promise.all(sent);
    const rejects = [...batch.rejects, ...batch.parts.flatMap((part, i) => rejectsOf(part, answers[i] as ApplyAnswer))];
    rejects.sort((a, b) => a.line - b.line);
    const unfit = unfitByName(target, [batch.unfit, ...answers.map((answer) => new Map(answer.unfit))]);
    this.#state = counted(this.#state, batch.records, answers, rejects.length, unfit);
    this.#state = { ...this.#state, phase: "writing rows", progress: rowsProgress(batch.offset, this.#request.bytes) };
    const at = { offset: batch.offset, line: batch.line };
    const next: Progress = batch.done ? REMOVAL : { ...progress, at, batch: progress.batch + 1 };
    this.#save(next, rejects);
    return true;
  }

  async #removal(progress: Progress & { phase: "removal" }): Promise<boolean> {
    if (this.#request.mode !== "replace") return false;
    const target = await this.#loadTarget();
    if (!progress.agreed) {
      await this.#agree(target);
      this.#state = { ...this.#state, phase: "removing rows", progress: 0.995 };
      this.#save({ ...progress, agreed: true });
      return true;
    }
    if (progress.shard >= target.shard_count) return false;
    const { import_id } = this.#request;
    const answer = orEnd(
      await this.#shard(progress.shard).removeUnseen({ version: target.version, import_id, from: progress.from }),
    );
    const removed = progress.removed + answer.removed;
    this.#state = { ...this.#state, removed };
    if (answer.next === null) this.#save({ ...progress, shard: progress.shard + 1, from: 0, removed });
    else this.#save({ ...progress, from: answer.next });
    return true;
  }

  /** Counts before anything is removed. */
  async #agree(target: ImportTarget): Promise<void> {
    let unseen = 0;
    let total = 0;
    await this.#eachShard(target, async (n) => {
      const answer = orEnd(
        await this.#shard(n).unseen({ version: target.version, import_id: this.#request.import_id }),
      );
      unseen += answer.unseen;
      total += answer.total;
    });
    const problem = this.#request.confirm_removal ? null : removalProblem(unseen, total, this.#state.added);
    if (problem) throw new ImportEnds(problem.code, problem.detail);
  }

  #apply(target: ImportTarget, shard: number, rows: ShardRows, batch: number) {
    const { mode, import_id } = this.#request;
    return this.#shard(shard).apply({
      version: target.version,
      mode: mode === "append" ? "append" : "upsert",
      rows,
      import: { id: import_id, batch, remember_seen: mode === "replace", assign_occurrence: target.key_field === null },
    });
  }

  #checkKey(target: ImportTarget, layout: FileLayout): void {
    const { key_field } = target;
    if (key_field === null || layout.header.includes(key_field)) return;
    throw new ImportEnds(
      "key_column_missing",
      `The file has no column "${key_field}", the dataset's key. Its columns are: ${layout.header.slice(0, 20).join(", ")}.`,
    );
  }

  async #loadTarget(): Promise<ImportTarget> {
    this.#target ??= orEnd(await this.#ports.target(this.#request.dataset_id));
    return this.#target;
  }

  readonly #read = (offset: number, length: number) => this.#ports.readRange(this.#request.file_key, offset, length);

  #shard(n: number) {
    return this.#ports.shard(this.#request.dataset_id, n);
  }

  async #eachShard(target: ImportTarget, action: (shard: number) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: target.shard_count }, (_, n) => action(n)));
  }

  #save(progress: Progress, rejects: Parameters<ImportStore<Progress>["advance"]>[3] = []): void {
    this.#progress = progress;
    this.#store.advance(this.#request.import_id, this.#state, progress, rejects);
  }
}

type ShardRows = Batch["parts"][number]["rows"];

function unfitByName(target: ImportTarget, found: readonly ReadonlyMap<number, number>[]): Map<string, number> {
  const names = new Map(target.fields.map((field) => [field.id, field.name]));
  const sums = new Map<string, number>();
  for (const [id, cells] of found.flatMap((unfit) => [...unfit])) {
    const name = names.get(id) ?? String(id);
    sums.set(name, (sums.get(name) ?? 0) + cells);
  }
  return sums;
}

function forRows(layout: FileLayout, inspection: Inspection, fileBytes: number): LayoutWithFormats {
  const formats = inspection.fields.flatMap((field) =>
    field.format === null ? [] : [[field.name, field.format] as const],
  );
  const bytes = inspection.rows === 0 ? 0 : (ROWS_A_BLOCK * (fileBytes - layout.start.offset)) / inspection.rows;
  return {
    ...layout,
    formats: Object.fromEntries(formats),
    block_bytes: Math.max(LEAST_BLOCK_BYTES, Math.ceil(bytes)),
  };
}

function fieldNotes(inspection: Inspection): string[] {
  return inspection.fields.flatMap((field) => (field.note === null ? [] : [`${field.name}: ${field.note}`]));
}

function orEnd<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { code, detail, status } = outcome.problem;
  if (status >= 500) throw new Error(detail);
  throw new ImportEnds(code, detail);
}
