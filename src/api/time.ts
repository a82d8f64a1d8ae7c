/** Epoch milliseconds as RFC 3339 in UTC. */
export function rfc3339(at: number): string;
export function rfc3339(at: number | null): string | null;
export function rfc3339(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
