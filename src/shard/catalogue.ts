/**
 * The catalogue as the shard holds it: loaded once, again when a caller knows a newer version.
 * Calls that arrive while one load runs wait for it.
 */
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { Catalogue, SegmentEdit, ShardPorts } from "./interface.ts";

export class CatalogueHolder {
  readonly #datasetId: string;
  readonly #ports: ShardPorts;
  readonly #install: (next: Catalogue, before: Catalogue | null) => void;
  #current: Catalogue | null = null;
  #loading: Promise<void> | null = null;

  constructor(datasetId: string, ports: ShardPorts, install: (next: Catalogue, before: Catalogue | null) => void) {
    this.#datasetId = datasetId;
    this.#ports = ports;
    this.#install = install;
  }

  get current(): Catalogue | null {
    return this.#current;
  }

  /** Takes an edit of the catalogue that is held. Where it does not follow it, whoever needs the version loads all. */
  take(version: number, edit: SegmentEdit): void {
    const before = this.#current;
    const segments = before?.version === version - 1 ? edited(before.segments, edit) : null;
    if (!before || !segments) return;
    const next = { ...before, version, segments };
    this.#install(next, before);
    this.#current = next;
  }

  /** The catalogue, at least `version`. */
  async atLeast(version: number): Promise<Outcome<Catalogue>> {
    for (let tries = 0; tries < 3; tries++) {
      if (this.#current && this.#current.version >= version) return success(this.#current);
      this.#loading ??= this.#load(version).finally(() => {
        this.#loading = null;
      });
      await this.#loading;
      if (!this.#current) return failure(gone(this.#datasetId));
    }
    return failure(behind(version, this.#current?.version ?? 0));
  }

  async #load(version: number): Promise<void> {
    const next = await this.#ports.loadCatalogue(this.#datasetId, version);
    const before = this.#current;
    if (!next || (before && next.version <= before.version)) return;
    this.#install(next, before);
    this.#current = next;
  }
}

/** Null where it is no edit of these: a segment that was not sound may be read by others. */
function edited(segments: Catalogue["segments"], edit: SegmentEdit): Catalogue["segments"] | null {
  if ("added" in edit) return [...segments, edit.added];
  const id = "removed" in edit ? edit.removed : edit.edited.id;
  if (!segments.some((segment) => segment.id === id)) return null;
  return segments.flatMap((segment) => (segment.id !== id ? segment : "removed" in edit ? [] : edit.edited));
}

export const gone = (id: string) => ({
  code: "dataset_not_found",
  status: 404,
  detail: `The dataset ${id} is not there. It may have been deleted.`,
});

const behind = (wanted: number, actual: number) => ({
  code: "catalogue_behind",
  status: 503,
  detail: "A shard could not read the newest definitions. Try again.",
  facts: { wanted, actual },
});
