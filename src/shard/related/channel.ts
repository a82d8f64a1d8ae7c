/**
 * What one shard sends to one other, in the order of its log: one call is in flight, what comes meanwhile goes with the
 * next. A batch is what changed as of a log position. When a call fails again and again, what waits is let go: from then on
 * it is read from the log, in the state that it has then, by `catchUp`.
 */
export interface Batch {
  /** The log position of which this is the state. */
  readonly seq: number;
  /** Nothing to send: only the position moves. */
  readonly isEmpty: boolean;
}

export interface ChannelPorts<B extends Batch> {
  /** Throws when it did not arrive. */
  send(batch: B): Promise<void>;
  /** The next changes after a position and up to another, from the log; its `seq` is above the first. */
  catchUp(after: number, upTo: number): B;
  /** The log's newest position. */
  newest(): number;
  /** Two batches as one, or null where that would be too much for one call. */
  merged(first: B, second: B): B | null;
}

/** A call that fails is tried again after so long; then it is the alarm's affair. */
const RETRY_MS = [10, 50, 150, 400, 800];

interface Waiting<B> {
  batch: B;
  /** Whoever waits for it to arrive. */
  readonly tell: { readonly arrived: () => void; readonly failed: (error: unknown) => void }[];
}

export class Channel<B extends Batch> {
  readonly #ports: ChannelPorts<B>;
  /** Everything up to here has arrived. */
  #acked: number;
  /** Up to here changes are read from the log; later ones are in the queue. */
  #floor: number;
  #queue: Waiting<B>[] = [];
  #pumping: Promise<void> | null = null;

  constructor(acked: number, ports: ChannelPorts<B>) {
    this.#ports = ports;
    this.#acked = acked;
    this.#floor = ports.newest();
  }

  get acked(): number {
    return this.#acked;
  }

  get isBehind(): boolean {
    return this.#acked < this.#floor || this.#queue.length > 0;
  }

  /**
   * After the commit; every position passes through here, in order. Resolves when it has arrived, rejects when it could
   * not be sent; who does not care need not listen.
   */
  push(batch: B): Promise<void> {
    if (batch.isEmpty && !this.isBehind && this.#pumping === null) {
      this.#acked = this.#floor = Math.max(this.#acked, batch.seq);
      return Promise.resolve();
    }
    const arrival = new Promise<void>((arrived, failed) => this.#add(batch, { arrived, failed }));
    arrival.catch(() => {});
    this.pump().catch(() => {});
    return arrival;
  }

  #add(batch: B, teller: Waiting<B>["tell"][number]): void {
    const last = this.#queue.at(-1);
    const merged = last && this.#ports.merged(last.batch, batch);
    if (!last || !merged) this.#queue.push({ batch, tell: [teller] });
    else {
      last.batch = merged;
      last.tell.push(teller);
    }
  }

  /** Sends until nothing is left. */
  pump(): Promise<void> {
    this.#pumping ??= this.#drain();
    return this.#pumping;
  }

  /** Is over in the very step that finds nothing more to send: what is pushed after that begins anew. */
  async #drain(): Promise<void> {
    await null; // until `pump` has put this down
    let sending: Waiting<B> | null = null;
    try {
      while (this.isBehind) {
        sending = this.#acked < this.#floor ? null : (this.#queue.shift() ?? null);
        const batch = sending?.batch ?? this.#ports.catchUp(this.#acked, this.#floor);
        if (!batch.isEmpty) await this.#sent(batch);
        this.#acked = Math.max(this.#acked, batch.seq);
        this.#floor = Math.max(this.#floor, this.#acked);
        for (const { arrived } of sending?.tell ?? []) arrived();
        sending = null;
      }
    } catch (error) {
      const lost = sending ? [sending, ...this.#queue] : this.#queue;
      this.#queue = [];
      this.#floor = this.#ports.newest();
      for (const { tell } of lost) for (const { failed } of tell) failed(error);
      throw error;
    } finally {
      this.#pumping = null;
    }
  }

  async #sent(batch: B): Promise<void> {
    for (const pause of [...RETRY_MS, null]) {
      try {
        await this.#ports.send(batch);
        return;
      } catch (error) {
        if (pause === null) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}
