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

export class ByteBudget {
  readonly limit: number;
  /** In the order of their last use. */
  #users: WeakRef<Droppable>[] = [];

  /** Bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes that its users keep now. */
  get used(): number {
    return this.#users.reduce((sum, user) => sum + (user.deref()?.bytes ?? 0), 0);
  }

  /** `user` has grown, or was used: the others give what is too much, and it does itself if that is not enough. */
  fit(user: Droppable): void {
    const others = this.#users.filter((one) => one.deref() !== undefined && one.deref() !== user);
    this.#users = [...others, new WeakRef(user)];
    let over = this.used - this.limit;
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
