/** Sandbox Ads takes e-mail addresses: trimmed, lower case, SHA-256 as lower-case hex. */
import type { Cell } from "../../../engine/index.ts";
import type { Normalised } from "../connector.ts";

const ADDRESS = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/u;
const MAX_LENGTH = 320;

export async function normalise(values: Readonly<Record<string, Cell>>): Promise<Normalised> {
  const address = cleanAddress(values.email ?? null);
  if (address === null) return { reason: "no_email" };
  if (address.length > MAX_LENGTH || !ADDRESS.test(address)) return { reason: "malformed_email" };
  return { identifier: await sha256(address) };
}

function cleanAddress(cell: Cell): string | null {
  if (typeof cell !== "string") return cell === null ? null : String(cell);
  const trimmed = cell.trim().toLowerCase();
  return trimmed === "" ? null : trimmed;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
