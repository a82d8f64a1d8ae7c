/** Prefixed random ids: 20 characters of base 32 (100 bits), sortable by nothing on purpose. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export type IdPrefix =
  | "ws"
  | "usr"
  | "ses"
  | "inv"
  | "ds"
  | "seg"
  | "imp"
  | "upl"
  | "dst"
  | "syn"
  | "run"
  | "evt"
  | "req"
  | "key"
  | "whe"
  | "exp"
  | "lst"
  | "msg"
  | "rel";

const LENGTH = 20;
/** Asked for many ids' worth at a time: a question costs more than its bytes. Each byte is used once. */
const random = new Uint8Array(100 * LENGTH);
let used = random.length;

export function newId(prefix: IdPrefix): string {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  let id = `${prefix}_`;
  for (const end = used + LENGTH; used < end; used++) id += ALPHABET[(random[used] ?? 0) & 31];
  return id;
}
