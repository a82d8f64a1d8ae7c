/** The texts of keys: `ck_live_<id>_<secret>`. The id is that of the key's row without its prefix. */
import { timingSafeEqual } from "node:crypto";
import { hashToken, newToken } from "./tokens.ts";

const PREFIX = "ck_live_";
const ID_PREFIX = "key_";

export interface KeyToken {
  /** `key_…` */
  readonly id: string;
  readonly secret: string;
}

/** 256 random bits; letters and digits of base64url. */
export function newSecret(): string {
  return newToken();
}

export function writeKey({ id, secret }: KeyToken): string {
  return `${PREFIX}${id.slice(ID_PREFIX.length)}_${secret}`;
}

/** What a key says, or null where it is none. */
export function readKey(text: string): KeyToken | null {
  const match = /^ck_live_([0-9a-z]{20})_([\w-]{43})$/.exec(text);
  return match ? { id: ID_PREFIX + match[1], secret: match[2] as string } : null;
}

/** A plain hash is enough: the secret is random. The salt keeps equal hashes from telling anything. */
export function hashSecret(salt: string, secret: string): Promise<string> {
  return hashToken(`${salt}:${secret}`);
}

/** Takes as long whatever the hashes are. */
export function sameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
