/** What calls with an `Idempotency-Key` were answered. */
import { and, eq, isNull, lt, lte } from "drizzle-orm";
import { changes, type Database } from "../database.ts";
import { repeatableCalls } from "../schema/repeatable-calls.ts";

export type RepeatableCall = typeof repeatableCalls.$inferSelect;

export interface CallName {
  readonly key_id: string;
  readonly idempotency_key: string;
}

interface Begun extends CallName {
  readonly request_hash: string;
  readonly begun_at: number;
}

/** Null: this call is the first of its name, or takes over one that began before `lostBefore` and has no answer. */
export async function beginCall(db: Database, call: Begun, lostBefore: number): Promise<RepeatableCall | null> {
  const isLost = and(isNull(repeatableCalls.status), lte(repeatableCalls.begun_at, lostBefore));
  const { request_hash, begun_at } = call;
  const written = await db
    .insert(repeatableCalls)
    .values(call)
    .onConflictDoUpdate({
      target: [repeatableCalls.key_id, repeatableCalls.idempotency_key],
      set: { request_hash, begun_at },
      setWhere: isLost,
    });
  if (changes(written) > 0) return null;
  return (await db.select().from(repeatableCalls).where(named(call)).get()) ?? null;
}

export async function endCall(
  db: Database,
  name: CallName,
  answer: Pick<RepeatableCall, "status" | "headers" | "body">,
): Promise<void> {
  await db.update(repeatableCalls).set(answer).where(named(name));
}

/** It may be made again as if it had not been. */
export async function forgetCall(db: Database, name: CallName): Promise<void> {
  await db.delete(repeatableCalls).where(named(name));
}

export async function forgetCallsBefore(db: Database, at: number): Promise<void> {
  await db.delete(repeatableCalls).where(lt(repeatableCalls.begun_at, at));
}

function named({ key_id, idempotency_key }: CallName) {
  return and(eq(repeatableCalls.key_id, key_id), eq(repeatableCalls.idempotency_key, idempotency_key));
}
