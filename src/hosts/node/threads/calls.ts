/** One end of a message channel: calls in flight towards the other end, and answers to calls from there. */
import { type AnswerMessage, type Call, type CallMessage, fromWire, toWire } from "./protocol.ts";

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class CallChannel {
  readonly #post: (message: CallMessage | AnswerMessage) => void;
  readonly #serve: Call;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #gone: Error | null = null;

  constructor(post: (message: CallMessage | AnswerMessage) => void, serve: Call) {
    this.#post = post;
    this.#serve = serve;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  /** Arguments are cloned before it returns. Rejects with DataCloneError when they cannot be. */
  call(binding: string, name: string, method: string, args: unknown[]): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.#post({ type: "call", id, binding, name, method, args });
      } catch (error) {
        this.#pending.delete(id);
        reject(error);
      }
    });
  }

  receive(message: CallMessage | AnswerMessage): void {
    if (message.type === "call") {
      this.#answer(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === "value") pending?.resolve(message.value);
    else pending?.reject(fromWire(message.error));
  }

  /** The other end is gone: rejects what is in flight and every later call. */
  rejectAll(error: Error): void {
    this.#gone = error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const one of pending) one.reject(error);
  }

  #answer({ id, binding, name, method, args }: CallMessage): void {
    this.#serve(binding, name, method, args).then(
      (value) => this.#post({ type: "value", id, value }),
      (error) =>
        this.#post({ type: "error", id, error: toWire(error instanceof Error ? error : new Error(String(error))) }),
    );
  }
}
