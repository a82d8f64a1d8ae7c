/**
 * What all that share an isolate or a thread may keep in memory of what can be built again. Who was not used for the
 * longest time gives first. An instance that is gone is not told about: it is forgotten when it is collected.
 */

/** Something that keeps bytes and can do without them. */
export interface Droppable {
  readonly bytes: number;
  /** Drops until about `bytes` are left, the longest unused first. */
  shrink(bytes: number): void;
}

const LEAST_SHARE = 0.25;

export class ByteBudget {
  readonly limit: number;
  /** Of what is told of here, with what cannot be dropped. */
  readonly #total: number;
  /** In the order of their last use. */
  #users: WeakRef<Droppable>[] = [];
  /** Who keeps bytes that cannot be dropped. */
  #holders: WeakRef<{ readonly bytes: number }>[] = [];

  /** Bytes. */
  constructor(limit: number, total = Number.POSITIVE_INFINITY) {
    this.limit = limit;
    this.#total = total;
  }

  /** The more it keeps, the less is left for others, where there is a total. It has to be kept alive elsewhere. */
  hold(holder: { readonly bytes: number }): void {
    this.#holders = [...this.#holders.filter((one) => one.deref() !== undefined), new WeakRef(holder)];
  }

  /** What users may keep now: a part of the limit is theirs whatever is held. */
  get #room(): number {
    if (this.#total === Number.POSITIVE_INFINITY) return this.limit;
    const held = this.#holders.reduce((sum, holder) => sum + (holder.deref()?.bytes ?? 0), 0);
    return Math.min(this.limit, Math.max(this.limit * LEAST_SHARE, this.#total - held));
  }

  /** Bytes that its users keep now. */
  get used(): number {
    return this.#users.reduce((sum, user) => sum + (user.deref()?.bytes ?? 0), 0);
  }

  /** `user` has grown, or was used: the others give what is too much, and it does itself if that is not enough. */
  fit(user: Droppable): void {
    const others = this.#users.filter((one) => one.deref() !== undefined && one.deref() !== user);
    this.#users = [...others, new WeakRef(user)];
    let over = this.used - this.#room;
    for (const one of this.#users) {
      if (over <= 0) return;
      over -= shrunk(one.deref(), over);
    }
  }
}

/** How many bytes it gave. */
function shrunk(user: Droppable | undefined, over: number): number {
  if (user === undefined) return 0;
  const before = user.bytes;
  user.shrink(Math.max(0, before - over));
  return before - user.bytes;
}
