/**
 * One open event stream. It remembers how far it was sent, not what: a slow reader is sent the newest of each topic
 * once it reads again, so that it costs no memory. One that does not read for long is let go, and may come back.
 */
const QUEUE_BYTES = 256 * 1024;

export class StreamClient {
  readonly body: ReadableStream<Uint8Array>;
  /** The number of the last frame that was written. */
  sent: number;
  readonly openedAt: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #fullSince: number | null = null;

  /** `onReady` is called when a reader that was behind reads again, `onClosed` once. */
  constructor(
    sent: number,
    now: number,
    onReady: (client: StreamClient) => void,
    onClosed: (client: StreamClient) => void,
  ) {
    this.sent = sent;
    this.openedAt = now;
    this.#onClosed = onClosed;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          if (this.#fullSince === null) return;
          this.#fullSince = null;
          onReady(this);
        },
        cancel: () => this.#closed(),
      },
      { highWaterMark: QUEUE_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  readonly #onClosed: (client: StreamClient) => void;

  /** False when the reader has to catch up first. */
  ready(now: number): boolean {
    if (!this.#controller) return false;
    if ((this.#controller.desiredSize ?? 0) > 0) return true;
    this.#fullSince ??= now;
    return false;
  }

  /** For how long the reader has left the queue full, in milliseconds. */
  stuckFor(now: number): number {
    return this.#fullSince === null ? 0 : now - this.#fullSince;
  }

  write(chunk: Uint8Array): void {
    try {
      this.#controller?.enqueue(chunk);
    } catch {
      this.#closed();
    }
  }

  close(): void {
    try {
      this.#controller?.close();
    } catch {
      // The reader was faster.
    }
    this.#closed();
  }

  #closed(): void {
    if (!this.#controller) return;
    this.#controller = null;
    this.#onClosed(this);
  }
}
