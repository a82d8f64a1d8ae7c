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
