export type Fields = Readonly<Record<string, unknown>>;

export interface Member {
  /** The record's key: unique within its dataset, and for ever the same. */
  readonly key: string;
  /** The chosen fields by name; a field without a value is null. */
  readonly fields: Fields;
  /** RFC 3339; null when it is older than the log. */
  readonly entered_at: string | null;
}

/** As exports have it. */
export type ExportedMember = Pick<Member, "key" | "fields">;

export interface MembersPage {
  readonly data: readonly Member[];
  readonly next_cursor: string | null;
  readonly delta_cursor: string;
}

/** Net of the page: who came and went is in neither list. */
export interface MemberDeltas {
  readonly entered: readonly Member[];
  readonly left: readonly Pick<Member, "key">[];
  readonly updated?: readonly ExportedMember[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}
