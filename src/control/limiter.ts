/**
 * Counts attempts in a sliding window, in an object of its own so that all instances of the program count
 * together. The caller decides what counts: at sign-in only failures are hits.
 */
import type { ObjectState } from "../platform/types.ts";

export interface LimitRule {
  readonly limit: number;
  readonly window_ms: number;
}

export interface LimitAnswer {
  readonly allowed: boolean;
  /** How long until one more attempt is allowed; 0 when it is. */
  readonly retry_after_ms: number;
}

export interface LimiterApi {
  /** Whether one more is allowed. Counts nothing. */
  check(rule: LimitRule): Promise<LimitAnswer>;
  /** Counts one, and says whether it was still allowed. */
  hit(rule: LimitRule): Promise<LimitAnswer>;
  /** Forgets everything counted. */
  clear(): Promise<void>;
}

export interface LimiterPorts {
  now(): number;
}

const ALLOWED: LimitAnswer = { allowed: true, retry_after_ms: 0 };

export class LimiterObject implements LimiterApi {
  readonly #state: ObjectState;
  readonly #ports: LimiterPorts;

  constructor(state: ObjectState, ports: LimiterPorts) {
    this.#state = state;
    this.#ports = ports;
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS hits (at INTEGER NOT NULL)");
  }

  async check(rule: LimitRule): Promise<LimitAnswer> {
    return this.#decide(rule, this.#ports.now());
  }

  async hit(rule: LimitRule): Promise<LimitAnswer> {
    const now = this.#ports.now();
    const answer = this.#decide(rule, now);
    if (!answer.allowed) return answer;
    const sql = this.#state.storage.sql;
    sql.exec("DELETE FROM hits WHERE at <= ?", now - rule.window_ms);
    sql.exec("INSERT INTO hits (at) VALUES (?)", now);
    // Alarms go by the machine's clock, whatever the program's clock says.
    await this.#state.storage.setAlarm(Date.now() + rule.window_ms);
    return answer;
  }

  async clear(): Promise<void> {
    this.#state.storage.sql.exec("DELETE FROM hits");
  }

  /** A window after the last hit nothing here matters any more. */
  async alarm(): Promise<void> {
    await this.clear();
  }

  #decide(rule: LimitRule, now: number): LimitAnswer {
    const newest = this.#state.storage.sql
      .exec<{ at: number }>(
        "SELECT at FROM hits WHERE at > ? ORDER BY at DESC LIMIT ?",
        now - rule.window_ms,
        rule.limit,
      )
      .toArray();
    const oldest = newest[rule.limit - 1];
    if (!oldest) return ALLOWED;
    return { allowed: false, retry_after_ms: oldest.at + rule.window_ms - now };
  }
}
