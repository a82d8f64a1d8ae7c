/** Sandbox Ads takes e-mail addresses: trimmed, lower case, SHA-256 as lower-case hex. */
import type { Cell } from "../../../engine/index.ts";
import type { Normalised } from "../connector.ts";

const ADDRESS = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/u;
const MAX_LENGTH = 320;

export async function normalise(values: Readonly<Record<string, Cell>>): Promise<Normalised> {
  const cell = values.email ?? null;
  const address = typeof cell === "string" ? cell.trim().toLowerCase() : "";
  if (address === "") return { reason: cell === null || typeof cell === "string" ? "no_email" : "malformed_email" };
  if (address.length > MAX_LENGTH || !ADDRESS.test(address)) return { reason: "malformed_email" };
  return { identifier: await sha256(address) };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
