/**
 * One segment kept in step with one audience. The object is gates and wiring: `decide.ts` says what comes next,
 * `reader.ts` follows the shards, `sender.ts` talks to the platform, `ledger.ts` and `runs.ts` keep the books.
 * One step runs at a time; a lease in the timers wakes it again after a crash in the middle of one.
 */
import type { ObjectState } from "../../../platform/types.ts";
import { DELIVERY_BACKOFF, nextDelay } from "../../backoff.ts";
import type { RunState, SyncApi, SyncState } from "../../interface.ts";
import { migrate } from "../../schema.ts";
import { Timers } from "../../timers.ts";
import type { Connector, Trouble } from "../connector.ts";
import { findConnector } from "../connectors.ts";
import { type Facts, LOOK_EVERY_MS, nextStep, publicState, type Step, wakeAt } from "./decide.ts";
import { Ledger } from "./ledger.ts";
import type { SyncConfig, SyncPorts } from "./ports.ts";
import { Reader, type ReadTrouble } from "./reader.ts";
import { Runs } from "./runs.ts";
import { MIGRATIONS } from "./schema.ts";
import { Sender } from "./sender.ts";
import { SyncRowStore } from "./sync-row.ts";
import { Teller } from "./teller.ts";

/** After so long without a sign of life the work is taken up again. */
const LEASE_MS = 60_000;
/** Work makes room for others after so long; an alarm goes on with it. */
const SLICE_MS = 20_000;
/** A deleted sync whose platform stays away is forgotten after so long. */
const GIVE_UP_MS = 30 * 86_400_000;
const ENDING_BACKOFF = { first_ms: DELIVERY_BACKOFF.first_ms, max_ms: 3_600_000 };

export class SyncObject implements SyncApi {
  readonly #state: ObjectState;
  readonly #ports: SyncPorts;
  readonly #timers: Timers;
  readonly #rows: SyncRowStore;
  readonly #ledger: Ledger;
  readonly #runs: Runs;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #teller: Teller;
  #busy = false;
  /** Settles when everything was forgotten; null while there is something to know. */
  #gone: Promise<void> | null = null;
  /** When the control plane was last asked for the configuration; the program's clock. */
  #loadedAt: number | null = null;

  constructor(state: ObjectState, ports: SyncPorts) {
    this.#state = state;
    this.#ports = ports;
    const { storage } = state;
    migrate(storage.sql, MIGRATIONS);
    this.#timers = new Timers(storage, ports.now);
    this.#rows = new SyncRowStore(storage.sql);
    this.#ledger = new Ledger(storage.sql);
    this.#runs = new Runs(storage.sql);
    const parts = { storage, ports, rows: this.#rows, ledger: this.#ledger, runs: this.#runs };
    this.#reader = new Reader(parts);
    this.#sender = new Sender(parts);
    this.#teller = new Teller({
      rows: this.#rows,
      timers: this.#timers,
      ports,
      state: () => publicState(this.#facts()),
    });
  }

  async start(): Promise<void> {
    this.#loadedAt = null;
    await this.poke();
  }

  async poke(): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#reader.poked();
    const now = this.#ports.now();
    if (this.#rows.read().look_at > now) this.#rows.patch({ look_at: now });
    this.#wake();
  }

  async pause(): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#rows.patch({ paused: true });
    this.#wake();
  }

  async resume(): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#state.storage.transactionSync(() => this.#resume());
    await this.start();
  }

  async state(): Promise<SyncState> {
    if (this.#gone) await this.#reopen();
    return publicState(this.#facts());
  }

  async runs(request: { cursor: string | null; limit: number }) {
    if (this.#gone) await this.#reopen();
    const before = request.cursor === null ? null : Number(request.cursor);
    const rows = this.#runs.list(before, request.limit + 1);
    const page = rows.slice(0, request.limit);
    const data = page.map(({ n: _, ...run }): RunState => run);
    return { data, next_cursor: rows.length > page.length ? String(page.at(-1)?.n) : null };
  }

  async results(request: { run_id: string; cursor: string | null; limit: number }) {
    if (this.#gone) await this.#reopen();
    const run = this.#runs.numberOf(request.run_id);
    if (run === null) return null;
    const rows = this.#runs.results(run, Number(request.cursor ?? 0), request.limit + 1);
    const page = rows.slice(0, request.limit);
    const data = page.map(({ n: _, ...result }) => result);
    return { data, next_cursor: rows.length > page.length ? String(page.at(-1)?.n) : null };
  }

  async destroy(): Promise<void> {
    if (this.#gone) await this.#reopen();
    await this.#end();
    if (!this.#gone) this.#wake();
  }

  async alarm(): Promise<void> {
    if (this.#gone) await this.#reopen();
    const due = this.#timers.takeDue();
    if (due.includes("wake")) this.#wake();
    if (due.includes("tell")) this.#tell();
  }

  /** After everything was forgotten the same instance may be asked again. */
  async #reopen(): Promise<void> {
    await this.#gone;
    if (!this.#gone) return;
    this.#gone = null;
    this.#loadedAt = null;
    migrate(this.#state.storage.sql, MIGRATIONS);
  }

  #facts(): Facts {
    const row = this.#rows.read();
    return {
      now: this.#ports.now(),
      row,
      waiting: this.#ledger.waiting(),
      refused_until: this.#ledger.refusedUntil(),
      mid_pass: this.#reader.midPass,
      batch_limit: this.#connectorOf(row.config)?.batch_limit ?? 1,
    };
  }

  #connectorOf(config: SyncConfig | null): Connector | null {
    return config ? findConnector(config.destination_type) : null;
  }

  #wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#state.waitUntil(this.#work());
  }

  /** Ends without an await between finding nothing to do and being open for the next wake. */
  async #work(): Promise<void> {
    const until = Date.now() + SLICE_MS;
    try {
      for (;;) {
        this.#renewLease();
        if (this.#mustLoad()) await this.#load();
        if (this.#gone) return;
        this.#closeWhenDone();
        this.#tell();
        const facts = this.#facts();
        const step = nextStep(facts);
        if (step === "rest" || Date.now() > until) return this.#rest(step === "rest" ? wakeAt(facts) : facts.now);
        await this.#take(step, facts);
      }
    } catch (error) {
      this.#unexpected(error);
    } finally {
      this.#busy = false;
    }
  }

  /** Our own mistake, or the storage is gone (a crash, an eviction): then whoever comes next finds the lease. */
  #unexpected(error: unknown): void {
    try {
      const detail = `Something went wrong on our side (${String(error)}). The sync tries again by itself.`;
      this.#afterRead({ code: "internal_error", detail, wait_ms: null });
      this.#retrySend({ kind: "retry", code: "internal_error", detail, retry_after_ms: null });
      this.#rest(wakeAt(this.#facts()));
      console.error(JSON.stringify({ level: "error", sync_id: this.#state.id.name, error: String(error) }));
    } catch {
      // Nothing can be written any more.
    }
  }

  #renewLease(): void {
    const now = this.#ports.now();
    const lease = this.#timers.at("wake");
    if (lease === null || lease < now + LEASE_MS / 2) this.#timers.set("wake", now + LEASE_MS);
  }

  #rest(at: number | null): void {
    if (at === null) this.#timers.clear("wake");
    else this.#timers.set("wake", at);
  }

  async #take(step: Exclude<Step, "rest">, { now, row }: Facts): Promise<void> {
    const { config } = row;
    const connector = this.#connectorOf(config);
    if (!config || !connector)
      return this.#fail("unknown_destination_type", "This destination's type is not known here.");
    if (step !== "withdraw" && missingTarget(connector, config)) return this.#fail("mapping_broken", MAPPING_BROKEN);
    if (step === "read") this.#afterRead(await this.#reader.round(config, connector));
    else if (step === "sweep") this.#sweep();
    else if (step === "send") this.#afterSend(await this.#sender.send(config, connector));
    else if (step === "requeue") this.#state.storage.transactionSync(() => this.#ledger.requeueRefused(now));
    else await this.#withdraw(config, connector);
  }

  #mustLoad(): boolean {
    const { ending_since, paused, failed, read_not_before } = this.#rows.read();
    const now = this.#ports.now();
    if (ending_since !== null || paused || failed || read_not_before > now) return false;
    return this.#loadedAt === null || now - this.#loadedAt >= LOOK_EVERY_MS;
  }

  /** A sync that the control plane no longer has withdraws what it sent, even if nobody told it. */
  async #load(): Promise<void> {
    const name = this.#state.id.name ?? "";
    let config: SyncConfig | null;
    try {
      config = await this.#ports.loadSync(name);
    } catch {
      const detail = "The sync's settings could not be read. It tries again by itself.";
      return this.#afterRead({ code: "control_plane_unavailable", detail, wait_ms: null });
    }
    this.#loadedAt = this.#ports.now();
    if (config) this.#state.storage.transactionSync(() => this.#keep(config));
    else await this.#end();
  }

  #keep(config: SyncConfig): void {
    const row = this.#rows.read();
    if (row.ending_since !== null) return;
    if (JSON.stringify(row.config) !== JSON.stringify(config)) this.#rows.patch({ config });
    if (row.config !== null && row.phase !== "new" && readsOtherwise(row.config, config)) {
      this.#reader.beginSnapshot(config.shard_count);
    }
  }

  async #end(): Promise<void> {
    const { config, ending_since } = this.#rows.read();
    if (config === null) await this.#forget();
    else if (ending_since === null) {
      this.#rows.patch({ ending_since: this.#ports.now(), send_attempt: 0, send_not_before: 0 });
    }
  }

  #resume(): void {
    const row = this.#rows.read();
    const cleared = { paused: false, failed: false, error_code: null, error_detail: null, look_at: 0 };
    this.#rows.patch({ ...cleared, read_attempt: 0, read_not_before: 0, send_attempt: 0, send_not_before: 0 });
    if (row.error_code === "removal_needs_confirmation") this.#rows.patch({ removal_confirmed: row.generation });
    if (row.error_code === "audience_missing") {
      this.#ledger.forgetAudience();
      this.#rows.patch({ audience_id: null, phase: "new" });
    }
    this.#ledger.requeueRefused(null);
  }

  #afterRead(trouble: ReadTrouble | null): void {
    const now = this.#ports.now();
    const row = this.#rows.read();
    if (trouble === null) {
      if (row.read_attempt > 0) this.#rows.patch({ read_attempt: 0, read_not_before: 0 });
    } else if (trouble.wait_ms !== null) {
      this.#rows.patch({ read_attempt: 0, read_not_before: now + trouble.wait_ms });
    } else {
      const read_attempt = row.read_attempt + 1;
      const read_not_before = now + nextDelay(read_attempt, this.#ports.random());
      const error = { error_code: trouble.code, error_detail: trouble.detail };
      this.#rows.patch({ read_attempt, read_not_before, ...error });
      this.#loadedAt = null;
    }
  }

  #afterSend(trouble: Trouble | null): void {
    const row = this.#rows.read();
    if (trouble === null) {
      if (row.send_attempt > 0) this.#rows.patch({ send_attempt: 0, send_not_before: 0 });
    } else if (trouble.kind === "retry" || row.ending_since !== null) this.#retrySend(trouble);
    else this.#fail(trouble.code, trouble.detail);
  }

  #retrySend(trouble: Trouble): void {
    const row = this.#rows.read();
    const now = this.#ports.now();
    const send_attempt = row.send_attempt + 1;
    const backoff = row.ending_since === null ? DELIVERY_BACKOFF : ENDING_BACKOFF;
    const delay = Math.max(nextDelay(send_attempt, this.#ports.random(), backoff), trouble.retry_after_ms ?? 0);
    const error = { error_code: trouble.code, error_detail: trouble.detail };
    this.#state.storage.transactionSync(() => {
      this.#rows.patch({ send_attempt, send_not_before: now + delay, ...error });
      this.#runs.failedAttempt(trouble.detail);
    });
  }

  #fail(code: string, detail: string): void {
    this.#state.storage.transactionSync(() => {
      this.#rows.patch({ failed: true, error_code: code, error_detail: detail });
      this.#runs.close(this.#ports.now(), detail);
    });
  }

  #sweep(): void {
    const refused = this.#reader.sweep();
    if (!refused) return;
    const { leaving, held } = refused;
    const what = `A new reading of the segment would remove ${leaving} of the ${held} identifiers in the audience.`;
    this.#fail("removal_needs_confirmation", `${what} Resume the sync to agree, or delete it.`);
  }

  /** Nothing waits and all was read: the audience equals the segment as of when that reading began. */
  #closeWhenDone(): void {
    const { mid_pass, waiting, row } = this.#facts();
    if (mid_pass || waiting > 0 || row.failed || row.ending_since !== null || row.phase !== "deltas") return;
    const { caught_up_at: at } = row;
    if (at === null || (at === row.last_synced_at && this.#runs.current() === null)) return;
    this.#state.storage.transactionSync(() => {
      this.#rows.patch({ last_synced_at: at });
      this.#runs.close(this.#ports.now(), null);
    });
  }

  async #withdraw(config: SyncConfig, connector: Connector): Promise<void> {
    const { done, trouble } = await this.#sender.withdraw(config, connector);
    const since = this.#rows.read().ending_since ?? 0;
    if (done || this.#ports.now() - since > GIVE_UP_MS) await this.#forget();
    else this.#afterSend(trouble);
  }

  /** Tables and alarm; a later message finds an object that was never started. */
  #forget(): Promise<void> {
    this.#gone ??= this.#state.storage.deleteAll();
    return this.#gone;
  }

  #tell(): void {
    const telling = this.#teller.tell();
    if (telling) this.#state.waitUntil(telling);
  }
}

const MAPPING_BROKEN =
  "A field that the mapping names is no longer in the dataset. Nothing was removed; delete the sync and make it anew.";

function missingTarget(connector: Connector, config: SyncConfig): boolean {
  return connector.targets.some((target) => target.required && config.mapping[target.name] === undefined);
}

/** Whether what was read under one configuration has to be read again under the other. */
function readsOtherwise(before: SyncConfig, after: SyncConfig): boolean {
  return before.shard_count !== after.shard_count || JSON.stringify(before.mapping) !== JSON.stringify(after.mapping);
}
