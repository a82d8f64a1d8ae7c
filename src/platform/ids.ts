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

export function newId(prefix: IdPrefix): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  let id = `${prefix}_`;
  for (const byte of bytes) id += ALPHABET[byte & 31];
  return id;
}
