/** Lists as the API has them. */
export interface Page<Item> {
  readonly data: readonly Item[];
  /** Null at the end. */
  readonly next_cursor: string | null;
}

/** All pages, one call each, as they are asked for. */
export async function* pagesOf<Item, P extends Page<Item>>(
  ask: (cursor: string | undefined) => Promise<P>,
): AsyncGenerator<P, void, undefined> {
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    yield page;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

/** The largest page, so that a list takes the fewest calls of the key's limit. */
export const LARGEST_PAGE = 1_000;
