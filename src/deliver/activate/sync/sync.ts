/**
 * One segment kept in step with one audience. The object is gates and wiring: `decide.ts` says what comes next,
 * `reader.ts` follows the shards, `sender.ts` talks to the platform, `ledger.ts` and `runs.ts` keep the books.
 * One step runs at a time; a lease in the timers wakes it again after a crash in the middle of one.
 */

import { migrate } from "../../../platform/migrate.ts";
import type { ObjectState } from "../../../platform/types.ts";
import { within } from "../../deadline.ts";
import type { SyncApi, SyncState } from "../../interface.ts";
import { Timers } from "../../timers.ts";
import type { Connector } from "../connector.ts";
import { findConnector } from "../connectors.ts";
import { type Facts, LOOK_EVERY_MS, nextStep, publicState, type Step, wakeAt } from "./decide.ts";
import { Holdups } from "./holdups.ts";
import { Ledger } from "./ledger.ts";
import type { SyncConfig, SyncPorts } from "./ports.ts";
import { Reader } from "./reader.ts";
import { Runs } from "./runs.ts";
import { MIGRATIONS } from "./schema.ts";
import { Sender } from "./sender.ts";
import { MAPPING_BROKEN, missingTarget, readsOtherwise } from "./settings.ts";
import { SyncRowStore } from "./sync-row.ts";
import { Teller } from "./teller.ts";

/** After so long without a sign of life the work is taken up again. */
const LEASE_MS = 60_000;
/** Work makes room for others after so long; an alarm goes on with it. */
const SLICE_MS = 20_000;
const LOAD_TIMEOUT_MS = 30_000;
/** A deleted sync remembers so long that it is: its row may go a moment later, and a poke must not start it anew. */
const LINGER_MS = 60_000;
/** A deleted sync whose platform stays away is forgotten after so long. */
const GIVE_UP_MS = 30 * 86_400_000;

export class SyncObject implements SyncApi {
  readonly #state: ObjectState;
  readonly #ports: SyncPorts;
  readonly #timers: Timers;
  readonly #rows: SyncRowStore;
  readonly #ledger: Ledger;
  readonly #runs: Runs;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #holdups: Holdups;
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
    this.#holdups = new Holdups(parts);
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
    const { look_at, config } = this.#rows.read();
    if (look_at > now) this.#rows.patch({ look_at: now });
    if (config?.shard_count === 0) this.#loadedAt = null;
    this.#wake();
  }

  async pause(): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#rows.patch({ paused: true });
    this.#wake();
  }

  async resume(): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#state.storage.transactionSync(() => this.#holdups.clear());
    await this.start();
  }

  async state(): Promise<SyncState> {
    if (this.#gone) await this.#reopen();
    return publicState(this.#facts());
  }

  async runs(request: { cursor: string | null; limit: number }) {
    if (this.#gone) await this.#reopen();
    return this.#runs.page(request.cursor, request.limit);
  }

  async results(request: { run_id: string; cursor: string | null; limit: number }) {
    if (this.#gone) await this.#reopen();
    return this.#runs.resultsPage(request.run_id, request.cursor, request.limit);
  }

  async destroy(): Promise<void> {
    if (this.#gone) await this.#reopen();
    await this.#end();
    if (!this.#gone) this.#wake();
  }

  async alarm(): Promise<void> {
    if (this.#gone) await this.#reopen();
    const due = this.#timers.takeDue();
    if (due.includes("wake")) {
      this.#renewLease(); // also while a step runs: its own lease went off just now
      this.#wake();
    }
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
      run_open: this.#runs.current() !== null,
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
      this.#holdups.afterRead({ code: "internal_error", detail, wait_ms: null });
      this.#holdups.afterSend({ kind: "retry", code: "internal_error", detail, retry_after_ms: null });
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
    if (step === "withdraw") return await this.#withdraw(config, connector);
    if (!config || !connector)
      return this.#holdups.fail("unknown_destination_type", "Nothing here speaks to this type.");
    if (missingTarget(connector, config)) return this.#holdups.fail("mapping_broken", MAPPING_BROKEN);
    if (step === "read") this.#holdups.afterRead(await this.#reader.round(config, connector));
    else if (step === "sweep") this.#sweep();
    else if (step === "send") this.#holdups.afterSend(await this.#sender.send(config, connector));
    else this.#state.storage.transactionSync(() => this.#ledger.requeueRefused(now));
  }

  #mustLoad(): boolean {
    const { ending_since, read_not_before } = this.#rows.read();
    const now = this.#ports.now();
    if (ending_since !== null || read_not_before > now) return false;
    return this.#loadedAt === null || now - this.#loadedAt >= LOOK_EVERY_MS;
  }

  /** A sync that the control plane no longer has withdraws what it sent, even if nobody told it. */
  async #load(): Promise<void> {
    const name = this.#state.id.name ?? "";
    let config: SyncConfig | null;
    try {
      config = await within(LOAD_TIMEOUT_MS, () => this.#ports.loadSync(name));
    } catch {
      const detail = "The sync's settings could not be read. It tries again by itself.";
      return this.#holdups.afterRead({ code: "control_plane_unavailable", detail, wait_ms: null });
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

  #sweep(): void {
    const refused = this.#reader.sweep();
    if (!refused) return;
    const { leaving, held } = refused;
    const what = `A new reading of the segment would remove ${leaving} of the ${held} identifiers in the audience.`;
    this.#holdups.fail("removal_needs_confirmation", `${what} Resume the sync to agree, or delete it.`);
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

  async #withdraw(config: SyncConfig | null, connector: Connector | null): Promise<void> {
    if (!config || !connector) return await this.#forget();
    const { done, trouble } = await this.#sender.withdraw(config, connector);
    const since = this.#rows.read().ending_since ?? 0;
    const passed = this.#ports.now() - since;
    if (done && passed < LINGER_MS) this.#rows.patch({ audience_id: null, send_not_before: since + LINGER_MS });
    else if (done || passed > GIVE_UP_MS) await this.#forget();
    else this.#holdups.afterSend(trouble);
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
