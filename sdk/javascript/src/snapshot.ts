import type { MembersCalls } from "./members.ts";
import { pagesOf } from "./pages.ts";
import type { Member, MembersPage } from "./shapes/member.ts";

/**
 * All members of a segment, read page by page as they are asked for; each iteration reads them anew. Who is a member
 * throughout comes exactly once. Who came or went meanwhile may be missing or too many: follow `deltaCursor` for them.
 */
export class Snapshot implements AsyncIterable<Member> {
  readonly #calls: MembersCalls;
  #deltaCursor: string | null = null;

  constructor(calls: MembersCalls) {
    this.#calls = calls;
  }

  /** From where `follow` leads to the exact members. Null until the first page was read. */
  get deltaCursor(): string | null {
    return this.#deltaCursor;
  }

  async *pages(): AsyncGenerator<readonly Member[], void, undefined> {
    let isFirst = true;
    for await (const { data, delta_cursor } of pagesOf<Member, MembersPage>((cursor) => this.#calls.page(cursor))) {
      if (isFirst) this.#deltaCursor = delta_cursor;
      isFirst = false;
      yield data;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Member, void, undefined> {
    for await (const page of this.pages()) yield* page;
  }
}
