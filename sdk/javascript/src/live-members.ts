import type { FollowItem } from "./follow.ts";
import type { Member } from "./shapes/member.ts";

/**
 * A segment's members in memory, kept by the items of `follow`. After a delta whose `has_more` is false they are exactly
 * the members as of that call. Their fields are, too, if `follow` was asked for `updated`; else they are as they were on entry.
 */
export class LiveMembers {
  #members: Map<string, Member>;
  /** A snapshot on its way: it replaces the members when it is complete, so that nobody sees a part of it. */
  #arriving: Map<string, Member> | null = null;
  #cursor: string | null = null;

  /** Those who were kept together with the cursor that `follow` goes on from; nobody without it. */
  constructor(members: Iterable<Member> = []) {
    this.#members = new Map([...members].map((member) => [member.key, member]));
  }

  /** By key. Another object after each snapshot. */
  get members(): ReadonlyMap<string, Member> {
    return this.#members;
  }

  /** From where `follow` leads on from these members; null before anything was applied. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Applies one item; each of them in order. */
  apply(item: FollowItem): void {
    if (item.type === "snapshot") this.#arrive(item);
    else if (item.type === "delta") this.#change(item);
  }

  #arrive({ members, first, complete, cursor }: FollowItem & { type: "snapshot" }): void {
    if (first) this.#arriving = new Map();
    if (this.#arriving === null) throw new TypeError("A snapshot's pages are applied from its first one on.");
    for (const member of members) this.#arriving.set(member.key, member);
    if (!complete) return;
    this.#members = this.#arriving;
    this.#arriving = null;
    this.#cursor = cursor;
  }

  #change({ entered, left, updated, cursor }: FollowItem & { type: "delta" }): void {
    for (const member of entered) this.#members.set(member.key, member);
    for (const { key } of left) this.#members.delete(key);
    for (const { key, fields } of updated) {
      const member = this.#members.get(key);
      if (member) this.#members.set(key, { ...member, fields });
    }
    this.#cursor = cursor;
  }
}
