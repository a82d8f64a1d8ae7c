/**
 * Signing in with a password. Only failures count against an address or an e-mail; they are counted after
 * the password was tried, so that many right attempts at once are never refused. A right guess that
 * comes while the count is full is refused too: guessing in parallel gains nothing.
 */

import { failure, type Outcome, type Problem, success } from "../../platform/problem.ts";
import type { ObjectNamespace } from "../../platform/types.ts";
import type { Database } from "../database.ts";
import type { LimitAnswer, LimiterApi, LimitRule } from "../limiter.ts";
import { findAccount } from "../repositories/users.ts";
import { normaliseEmail } from "./email.ts";
import { verifyPassword } from "./password.ts";

const WINDOW_MS = 15 * 60_000;
export const EMAIL_RULE: LimitRule = { limit: 10, window_ms: WINDOW_MS };
/** Wider: a whole office may share one address. */
export const ADDRESS_RULE: LimitRule = { limit: 50, window_ms: WINDOW_MS };

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  /** The caller's network address, where known. */
  readonly address: string | null;
}

export interface SignedIn {
  readonly user_id: string;
  readonly workspace_id: string;
}

const INVALID: Problem = {
  code: "invalid_credentials",
  status: 401,
  detail: "The e-mail address or the password is wrong. Check both and try again.",
};

/** Who signs in, or `invalid_credentials`, or `too_many_attempts`. */
export async function signIn(
  db: Database,
  limiter: ObjectNamespace<LimiterApi>,
  attempt: SignInAttempt,
): Promise<Outcome<SignedIn>> {
  const email = normaliseEmail(attempt.email);
  const counters = [{ stub: limiter.getByName(`sign-in:e-mail:${email}`), rule: EMAIL_RULE }];
  if (attempt.address) {
    counters.push({ stub: limiter.getByName(`sign-in:address:${attempt.address}`), rule: ADDRESS_RULE });
  }
  const before = await Promise.all(counters.map(({ stub, rule }) => stub.check(rule)));
  if (refused(before)) return failure(tooMany(before));

  const account = await findAccount(db, email);
  const right = await verifyPassword(attempt.password, account?.user.password_hash ?? null);
  if (!account || !right) {
    const counted = await Promise.all(counters.map(({ stub, rule }) => stub.hit(rule)));
    return failure(refused(counted) ? tooMany(counted) : INVALID);
  }
  const after = await Promise.all(counters.map(({ stub, rule }) => stub.check(rule)));
  if (refused(after)) return failure(tooMany(after));
  await counters[0]?.stub.clear();
  return success({ user_id: account.user.id, workspace_id: account.workspace_id });
}

function refused(answers: readonly LimitAnswer[]): boolean {
  return answers.some((answer) => !answer.allowed);
}

function tooMany(answers: readonly LimitAnswer[]): Problem {
  const seconds = Math.max(1, Math.ceil(Math.max(...answers.map((answer) => answer.retry_after_ms)) / 1000));
  return {
    code: "too_many_attempts",
    status: 429,
    detail: `Too many failed attempts to sign in. Try again in ${seconds} seconds.`,
    facts: { retry_after: seconds },
  };
}
