/** Who calls with a key: `X-API-Key`, or `Authorization: Bearer`. */
import { atLeast } from "../control/auth/roles.ts";
import { roleFor, type Scope } from "../control/auth/scopes.ts";
import type { Database } from "../control/database.ts";
import { findKeyHolder, type KeyHolder } from "../control/repositories/api-keys.ts";
import { problem } from "./problems.ts";

export type { KeyHolder };

/** The key's text, or null where the request has none. */
export function sentKey(request: Request): string | null {
  const own = request.headers.get("x-api-key");
  if (own !== null) return own.trim();
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

/** 401 `invalid_key`, the same whatever is wrong with it; 403 `missing_scope`. */
export async function authoriseKey(db: Database, text: string | null, scope: Scope, now: number): Promise<KeyHolder> {
  const holder = text === null ? null : await findKeyHolder(db, text, now);
  if (!holder) {
    const detail = "Send a key that is valid in the header X-API-Key. It may be missing, mistyped, expired or revoked.";
    throw problem(401, "invalid_key", detail);
  }
  if (!holder.key.scopes.includes(scope)) throw missingScope(scope, "This key lacks the scope");
  // The key keeps its scopes when its owner's role is taken away, and gets them back with it.
  if (!atLeast(holder.role, roleFor(scope)))
    throw missingScope(scope, "The owner of this key has no right any more to");
  return holder;
}

function missingScope(scope: Scope, what: string) {
  const detail = `${what} ${scope}. Use another key, or have this one given the scope under Developers.`;
  return problem(403, "missing_scope", detail, { facts: { needed_scope: scope } });
}
