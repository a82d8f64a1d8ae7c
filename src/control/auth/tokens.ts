/** Secrets that are handed out once and kept as hashes: session cookies and one-time links. */

/** 256 random bits in base64url. */
export function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/** SHA-256 in hex. A plain hash is enough: the token is random, there is nothing to guess. */
export async function hashToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Buffer.from(digest).toString("hex");
}

/**
 * A token for one purpose that is the same whenever it is made of the same secret: every instance of the program
 * prints the same link, and nobody without the secret can.
 */
export async function derivedToken(secret: string, purpose: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, encoder.encode(purpose))).toString("base64url");
}
