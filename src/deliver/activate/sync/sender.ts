/**
 * From the ledger to the platform. Level by level: what an identifier needs follows from who wants it and what is
 * known of the platform's side, never from how it came to be marked; so a repeat is harmless.
 */
import type { ObjectStorage } from "../../../platform/types.ts";
import { within } from "../../deadline.ts";
import type { Account, Connector, IdentifierResult, SendAnswer, Trouble } from "../connector.ts";
import { NO_RESULTS } from "../connector.ts";
import type { Action, Ledger, Undecided } from "./ledger.ts";
import type { SyncConfig, SyncPorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import type { SyncRowStore } from "./sync-row.ts";

const TIMEOUT_MS = 30_000;
/** After so many refusals a sync that ends gives an identifier up. */
const LAST_REFUSAL = 5;

export interface Plan {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

interface SenderParts {
  readonly storage: ObjectStorage;
  readonly ports: SyncPorts;
  readonly rows: SyncRowStore;
  readonly ledger: Ledger;
  readonly runs: Runs;
}

export class Sender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Sends one batch of what waits longest. Answers what stopped it, or null. */
  async send(config: SyncConfig, connector: Connector): Promise<Trouble | null> {
    const { storage, rows } = this.#parts;
    const audience = await this.#audience(config, connector);
    if (typeof audience !== "string") return audience;
    const plan = storage.transactionSync(() => this.#plan(connector.batch_limit));
    if (plan.add.length + plan.remove.length === 0) return null;
    const answer = await this.#exchange(config, connector, audience, plan);
    if (rows.read().ending_since === null) storage.transactionSync(() => this.#record(plan, answer.results));
    return answer.trouble;
  }

  /** Takes back one batch of what was ever sent. `done` when nothing is left. */
  async withdraw(config: SyncConfig, connector: Connector): Promise<{ done: boolean; trouble: Trouble | null }> {
    const { storage, rows, ledger, ports } = this.#parts;
    const audience = rows.read().audience_id;
    if (audience === null) return { done: true, trouble: null };
    const remove = ledger.toWithdraw(ports.now(), connector.batch_limit);
    if (remove.length === 0) return await this.#withdrawn(config, connector, audience);
    storage.transactionSync(() => ledger.sending(remove));
    const { results, trouble } = await this.#exchange(config, connector, audience, { add: [], remove });
    if (trouble?.kind === "audience_missing") return { done: true, trouble: null };
    storage.transactionSync(() => this.#recordWithdrawal(remove, results));
    return { done: false, trouble };
  }

  async #withdrawn(config: SyncConfig, connector: Connector, audience: string) {
    const until = this.#parts.ledger.refusedUntil();
    if (until !== null) return { done: false, trouble: waitFor(until - this.#parts.ports.now()) };
    const trouble = await this.#effect(() => connector.removeAudience(this.#account(config), audience));
    return { done: trouble === null, trouble };
  }

  async #audience(config: SyncConfig, connector: Connector): Promise<string | Trouble> {
    const { rows } = this.#parts;
    const known = rows.read().audience_id;
    if (known !== null) return known;
    const { sync_id: key, segment_name: name, segment_id } = config;
    const ensure = () => connector.ensureAudience(this.#account(config), { key, name, segment_id });
    const answer = await this.#effect(ensure);
    if (answer === null || "kind" in answer) return answer ?? unreachable(new Error("no answer"));
    if ("trouble" in answer) return answer.trouble;
    rows.patch({ audience_id: answer.id });
    return answer.id;
  }

  /** Settles what needs nothing, and writes down what is about to be sent. */
  #plan(limit: number): Plan {
    const { ledger, runs, ports } = this.#parts;
    const undecided = ledger.undecided(limit);
    const run = runs.open(ports.now());
    const content = undecided.filter((one) => one.wanted && one.state === "held");
    runs.settle(run, "add", "accepted", content.map(withoutReason));
    runs.drop(undecided.filter((one) => !one.wanted && one.state === null).map(identifierOf));
    const add = undecided.filter((one) => one.wanted && one.state !== "held").map(identifierOf);
    const remove = undecided.filter((one) => !one.wanted && one.state !== null).map(identifierOf);
    ledger.sending([...add, ...remove]);
    return { add, remove };
  }

  /** The request leaves only after the plan is durable. */
  async #exchange(config: SyncConfig, connector: Connector, audience: string, plan: Plan): Promise<SendAnswer> {
    await this.#parts.storage.sync();
    const answer = await this.#effect(() => connector.send(this.#account(config), audience, plan));
    if (!("results" in answer)) return { results: NO_RESULTS, trouble: answer };
    const silent = [...plan.add, ...plan.remove].some((identifier) => !answer.results.has(identifier));
    return silent && !answer.trouble ? { ...answer, trouble: INCOMPLETE } : answer;
  }

  #record(plan: Plan, results: SendAnswer["results"]): void {
    const { ledger, runs, ports } = this.#parts;
    const run = runs.open(ports.now());
    const added = plan.add.filter((identifier) => results.get(identifier)?.status === "accepted");
    const removed = plan.remove.filter((identifier) => results.get(identifier)?.status === "accepted");
    ledger.held(added);
    ledger.released(removed);
    runs.settle(
      run,
      "add",
      "accepted",
      added.map((identifier) => ({ identifier, reason: null })),
    );
    runs.settle(
      run,
      "remove",
      "accepted",
      removed.map((identifier) => ({ identifier, reason: null })),
    );
    runs.count(run, added.length, removed.length);
    this.#refuse(run, "add", plan.add, results);
    this.#refuse(run, "remove", plan.remove, results);
  }

  #refuse(run: number, action: Action, sent: readonly string[], results: SendAnswer["results"]): void {
    const { ledger, runs, ports } = this.#parts;
    const refused = sent.flatMap((identifier) => refusal(identifier, results.get(identifier)));
    for (const { identifier } of refused) ledger.refused(identifier, action, ports.now());
    runs.settle(run, action, "rejected", refused);
  }

  #recordWithdrawal(remove: readonly string[], results: SendAnswer["results"]): void {
    const { ledger, ports } = this.#parts;
    ledger.released(remove.filter((identifier) => results.get(identifier)?.status === "accepted"));
    for (const { identifier } of remove.flatMap((one) => refusal(one, results.get(one)))) {
      if (ledger.refused(identifier, "remove", ports.now()) >= LAST_REFUSAL) ledger.released([identifier]);
    }
  }

  #account(config: SyncConfig): Account {
    return { fetch: (request) => this.#parts.ports.fetch(config, request) };
  }

  /** An effect on the platform: what it throws, or that it takes too long, is a trouble. */
  async #effect<T>(effect: () => Promise<T>): Promise<T | Trouble> {
    try {
      return await within(TIMEOUT_MS, effect);
    } catch (error) {
      return unreachable(error);
    }
  }
}

const INCOMPLETE: Trouble = {
  kind: "retry",
  code: "incomplete_answer",
  detail: "The platform did not say what became of every identifier. The sync sends those again.",
  retry_after_ms: null,
};

const identifierOf = (one: Undecided): string => one.identifier;
const withoutReason = (one: Undecided) => ({ identifier: one.identifier, reason: null });

function refusal(identifier: string, result: IdentifierResult | undefined) {
  return result?.status === "rejected" ? [{ identifier, reason: result.reason }] : [];
}

function unreachable(error: unknown): Trouble {
  const what = error instanceof Error ? error.message : String(error);
  const detail = `The platform did not answer (${what}). The sync tries again by itself.`;
  return { kind: "retry", code: "unreachable", detail, retry_after_ms: null };
}

function waitFor(ms: number): Trouble {
  const detail = "The platform refused to remove some identifiers. They are tried again.";
  return { kind: "retry", code: "removal_refused", detail, retry_after_ms: Math.max(0, ms) };
}
