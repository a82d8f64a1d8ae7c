import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import type { ObjectNamespace, Stub } from "../../platform/types.ts";
import { type LimiterApi, LimiterObject } from "../limiter.ts";
import { newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import { ADDRESS_RULE, EMAIL_RULE, signIn } from "./sign-in.ts";

let control: TestDatabase;
let tenant: Tenant;
let limiter: ObjectNamespace<LimiterApi>;

beforeAll(async () => {
  control = testDatabase();
  tenant = await newTenant(control.db, "ada");
});
beforeEach(() => {
  limiter = limiters();
});
afterAll(() => control.close());

function limiters(): ObjectNamespace<LimiterApi> {
  const clock = new Clock();
  const hosts = new Map<string, ObjectHost<LimiterObject>>();
  return {
    getByName(name) {
      const host =
        hosts.get(name) ?? new ObjectHost(name, clock, (state) => new LimiterObject(state, { now: clock.now }));
      hosts.set(name, host);
      return host.object as unknown as Stub<LimiterApi>; // In one process the object is its own stub.
    },
  };
}

const attempt = (email: string, password: string, address: string | null = null) =>
  signIn(control.db, limiter, { email, password, address });
const codeOf = (outcome: Awaited<ReturnType<typeof attempt>>) => (outcome.ok ? "ok" : outcome.problem.code);

test("A7 an address signs in whatever its case and the space around it", async () => {
  const { user_id, workspace_id } = tenant;
  expect(await attempt(` ${tenant.email.toUpperCase()} `, "password")).toEqual({
    ok: true,
    value: { user_id, workspace_id },
  });
});

test("A2 a wrong password and an unknown address get one answer", async () => {
  expect(await attempt(tenant.email, "wrong")).toEqual(await attempt("nobody@example.com", "wrong"));
});

test("A10 after ten failures an e-mail address is refused, with the time to wait", async () => {
  for (let n = 0; n < EMAIL_RULE.limit; n++)
    expect(codeOf(await attempt("x@example.com", "no"))).toBe("invalid_credentials");
  const refused = await attempt("x@example.com", "no");
  expect(refused).toMatchObject({
    ok: false,
    problem: { code: "too_many_attempts", status: 429, facts: { retry_after: 900 } },
  });
  expect(codeOf(await attempt("y@example.com", "no"))).toBe("invalid_credentials");
});

test("A10 fifty failures from one network address refuse it for every e-mail address", async () => {
  const stub = limiter.getByName("sign-in:address:192.0.2.1");
  for (let n = 0; n < ADDRESS_RULE.limit; n++) await stub.hit(ADDRESS_RULE);
  expect(codeOf(await attempt(tenant.email, "password", "192.0.2.1"))).toBe("too_many_attempts");
  expect(codeOf(await attempt(tenant.email, "password", "192.0.2.2"))).toBe("ok");
});

test("A11 successes never count, and one forgets the failures before it", async () => {
  const successes = await Promise.all(Array.from({ length: 15 }, () => attempt(tenant.email, "password")));
  expect(successes.map(codeOf)).toEqual(Array(15).fill("ok"));
  for (let n = 0; n < EMAIL_RULE.limit - 1; n++) await attempt(tenant.email, "no");
  expect(codeOf(await attempt(tenant.email, "password"))).toBe("ok");
  expect(codeOf(await attempt(tenant.email, "no"))).toBe("invalid_credentials");
});

test("A12 the right password does not pass while the count is full, nor beside many wrong ones", async () => {
  const guesses = Array.from({ length: 30 }, (_, n) => attempt(tenant.email, `guess ${n}`));
  const codes = (await Promise.all(guesses)).map(codeOf);
  expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(EMAIL_RULE.limit);
  expect(codeOf(await attempt(tenant.email, "password"))).toBe("too_many_attempts");
});
