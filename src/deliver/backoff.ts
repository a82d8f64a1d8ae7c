/** How long to wait before trying again. */
export interface Backoff {
  readonly first_ms: number;
  readonly max_ms: number;
}

export const DELIVERY_BACKOFF: Backoff = { first_ms: 500, max_ms: 5 * 60_000 };

/**
 * Exponential with half of it jitter, so that many who failed together do not come back together.
 * `attempt` counts failures, from 1; `random` is in [0, 1).
 */
export function nextDelay(attempt: number, random: number, backoff: Backoff = DELIVERY_BACKOFF): number {
  const ceiling = Math.min(backoff.max_ms, backoff.first_ms * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
