/**
 * Passwords as scrypt hashes, with a salt for each user. The parameters stand in the hash, so that they can
 * be raised later without breaking the old ones.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 200;

/** `scrypt$N$r$p$salt$hash`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/**
 * Whether the password is the one that was hashed. With no hash (unknown user) it takes as long and says no,
 * so that the time of the answer does not tell which addresses have an account.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = stored === null ? null : parse(stored);
  if (!parsed) {
    await derive(password, randomBytes(SALT_BYTES), COST);
    return false;
  }
  const hash = await derive(password, parsed.salt, parsed.cost);
  return timingSafeEqual(hash, parsed.hash);
}

function parse(stored: string): { cost: typeof COST; salt: Buffer; hash: Buffer } | null {
  const [kind, N, r, p, salt, hash] = stored.split("$");
  if (kind !== "scrypt" || !salt || !hash) return null;
  const bytes = Buffer.from(hash, "base64url");
  if (bytes.length !== HASH_BYTES) return null;
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, "base64url"), hash: bytes };
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One form for each password: the same letters may come composed or decomposed from different keyboards.
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
