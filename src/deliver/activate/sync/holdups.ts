/**
 * What holds a sync up: troubles of reading and of sending, each with its own backoff, and failures that only a
 * person can clear. Everything is in the row, so that a crash does not begin the waiting anew.
 */
import type { ObjectStorage } from "../../../platform/types.ts";
import { DELIVERY_BACKOFF, nextDelay } from "../../backoff.ts";
import type { Trouble } from "../connector.ts";
import type { Ledger } from "./ledger.ts";
import type { SyncPorts } from "./ports.ts";
import type { ReadTrouble } from "./reader.ts";
import type { Runs } from "./runs.ts";
import type { SyncRowStore } from "./sync-row.ts";

/** A deleted sync's withdrawal is nobody's hurry. */
const ENDING_BACKOFF = { first_ms: DELIVERY_BACKOFF.first_ms, max_ms: 3_600_000 };

interface HoldupParts {
  readonly storage: ObjectStorage;
  readonly ports: SyncPorts;
  readonly rows: SyncRowStore;
  readonly ledger: Ledger;
  readonly runs: Runs;
}

export class Holdups {
  readonly #parts: HoldupParts;

  constructor(parts: HoldupParts) {
    this.#parts = parts;
  }

  afterRead(trouble: ReadTrouble | null): void {
    const { rows, ports } = this.#parts;
    const { read_attempt } = rows.read();
    if (trouble === null) {
      if (read_attempt > 0) rows.patch({ read_attempt: 0, read_not_before: 0 });
    } else if (trouble.wait_ms !== null) {
      rows.patch({ read_attempt: 0, read_not_before: ports.now() + trouble.wait_ms });
    } else {
      const read_not_before = ports.now() + nextDelay(read_attempt + 1, ports.random());
      const error = { error_code: trouble.code, error_detail: trouble.detail };
      rows.patch({ read_attempt: read_attempt + 1, read_not_before, ...error });
    }
  }

  afterSend(trouble: Trouble | null): void {
    const { rows } = this.#parts;
    const { send_attempt, ending_since } = rows.read();
    if (trouble === null) {
      if (send_attempt > 0) rows.patch({ send_attempt: 0, send_not_before: 0 });
    } else if (trouble.kind === "retry" || ending_since !== null) this.#retrySend(trouble);
    else this.fail(trouble.code, trouble.detail);
  }

  /** Stops until a person resumes. */
  fail(code: string, detail: string): void {
    const { storage, rows, runs, ports } = this.#parts;
    storage.transactionSync(() => {
      rows.patch({ failed: true, error_code: code, error_detail: detail });
      runs.close(ports.now(), detail);
    });
  }

  /** A person resumed: agrees to what waited for it, and tries everything again now. */
  clear(): void {
    const { rows, ledger } = this.#parts;
    const { error_code, generation } = rows.read();
    const cleared = { paused: false, failed: false, error_code: null, error_detail: null, look_at: 0 };
    rows.patch({ ...cleared, read_attempt: 0, read_not_before: 0, send_attempt: 0, send_not_before: 0 });
    if (error_code === "removal_needs_confirmation") rows.patch({ removal_confirmed: generation });
    if (error_code === "audience_missing") {
      ledger.forgetAudience();
      rows.patch({ audience_id: null, phase: "new" });
    }
    ledger.requeueRefused(null);
  }

  #retrySend(trouble: Trouble): void {
    const { storage, rows, runs, ports } = this.#parts;
    const row = rows.read();
    const send_attempt = row.send_attempt + 1;
    const backoff = row.ending_since === null ? DELIVERY_BACKOFF : ENDING_BACKOFF;
    const delay = Math.max(nextDelay(send_attempt, ports.random(), backoff), trouble.retry_after_ms ?? 0);
    const error = { error_code: trouble.code, error_detail: trouble.detail };
    storage.transactionSync(() => {
      rows.patch({ send_attempt, send_not_before: ports.now() + delay, ...error });
      runs.failedAttempt(trouble.detail);
    });
  }
}
