/**
 * What a platform's folder provides. A connector is stateless: what was sent is remembered by the sync object.
 * An *identifier* is one opaque string, made by the connector from a record's mapped values and understood only
 * by it; the sync counts who wants which.
 */
import type { Cell } from "../../engine/index.ts";

export interface Connector {
  readonly type: string;
  readonly label: string;
  /** What a sync's mapping may name. */
  readonly targets: readonly MappingTarget[];
  /** Identifiers in one batch, adds and removes together. */
  readonly batch_limit: number;
  /** From a record's values, by target, to its identifier, or why it has none. */
  normalise(values: Readonly<Record<string, Cell>>): Promise<Normalised>;
  /** Finds or creates the audience; repeating answers the same id. */
  ensureAudience(account: Account, audience: AudienceRequest): Promise<AudienceAnswer>;
  /** Repeating a batch changes nothing. No identifier is both added and removed. */
  send(account: Account, audienceId: string, batch: Batch): Promise<SendAnswer>;
  /** Deletes the emptied audience of a sync that ended. */
  removeAudience(account: Account, audienceId: string): Promise<Trouble | null>;
}

export interface MappingTarget {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}

/** A connected account. `fetch` adds what proves who is calling. */
export interface Account {
  fetch(request: Request): Promise<Response>;
}

export interface AudienceRequest {
  /** Stable, ours: the same key finds the same audience again. */
  readonly key: string;
  readonly name: string;
  readonly segment_id: string;
}

export type Normalised = { readonly identifier: string } | { readonly reason: string };

export interface Batch {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** An identifier without a result may or may not have arrived, and is sent again. */
export interface SendAnswer {
  readonly results: ReadonlyMap<string, IdentifierResult>;
  readonly trouble: Trouble | null;
}

export type IdentifierResult =
  | { readonly status: "accepted" }
  | { readonly status: "rejected"; readonly reason: string };

export type AudienceAnswer = { readonly id: string } | { readonly trouble: Trouble };

/** Why a request did not do all it should. */
export interface Trouble {
  /**
   * `retry`: later, by itself. `audience_missing`: the platform no longer has the audience.
   * `needs_reconnect`: a person has to connect the account again. `fatal`: repeating cannot help.
   */
  readonly kind: "retry" | "audience_missing" | "needs_reconnect" | "fatal";
  readonly code: string;
  /** What happened and what to do, for people. */
  readonly detail: string;
  /** Not before so many milliseconds, where the platform said so. */
  readonly retry_after_ms: number | null;
}

export const NO_RESULTS: ReadonlyMap<string, IdentifierResult> = new Map();
