export interface CreateOptions {
  /**
   * Repeating a call with the same one within a day changes nothing and answers as the first time. Made anew for each
   * call unless given; give one that you keep where your program may end between the call and its answer.
   */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** So that a repeated POST is done once. */
export function idempotent({ idempotencyKey = randomName() }: CreateOptions): Record<string, string> {
  return { "idempotency-key": idempotencyKey };
}

/** 128 random bits. `crypto.randomUUID` is missing in pages that came over http. */
function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
