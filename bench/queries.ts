/**
 * The twelve queries of line a, from one equality to nested groups: as Cutty's JSON and as SQL for both peers. Text is
 * compared without regard to case on every side. SQL has three truth values and Cutty two, so negations are
 * written `IS NOT TRUE`.
 */
import { ANCHOR } from "./lib/generate.ts";

export interface BenchQuery {
  readonly name: string;
  /** As POST /api/v1/segments/preview takes it. */
  readonly query: object;
  /** The same as a WHERE clause; both peers understand it. */
  readonly sql: string;
  /** Where PostgreSQL has an index for it that asks for other words. */
  readonly postgres?: string;
}

const DAY_MS = 86_400_000;
const day = (ago: number): string => new Date(ANCHOR - ago * DAY_MS).toISOString().slice(0, 10);
const tomorrow = day(-1);

const rule = (field: string, operator: string, value?: unknown) =>
  value === undefined ? { field, operator } : { field, operator, value };
const all = (...rules: object[]) => ({ combinator: "and", rules });
const any = (...rules: object[]) => ({ combinator: "or", rules });
const not = (group: object) => ({ ...group, not: true });
const lastDays = (field: string, n: number) => rule(field, "in_last", { n, unit: "day" });
/** `in_last` n days, today included, in UTC. */
const sqlLastDays = (field: string, n: number): string =>
  `(${field} >= TIMESTAMP '${day(n - 1)}' AND ${field} < TIMESTAMP '${tomorrow}')`;

export const queries: readonly BenchQuery[] = [
  {
    name: "state is CA",
    query: all(rule("state", "equals", "CA")),
    sql: "lower(state) = 'ca'",
  },
  {
    name: "city is one of three",
    query: all(rule("city", "in", ["Mambville", "Limbingville", "Rodingburg"])),
    sql: "lower(city) IN ('mambville', 'limbingville', 'rodingburg')",
  },
  {
    name: "ltv above 500",
    query: all(rule("ltv", "greater_than", 500)),
    sql: "ltv > 500",
  },
  {
    name: "plan and state and active",
    query: all(
      rule("plan", "in", ["Pro", "Enterprise"]),
      rule("state", "in", ["CA", "NY", "TX"]),
      rule("active", "is_true"),
    ),
    sql: "lower(plan) IN ('pro', 'enterprise') AND lower(state) IN ('ca', 'ny', 'tx') AND active",
  },
  {
    name: 'email contains "99@"',
    query: all(rule("email", "contains", "99@")),
    sql: "contains(lower(email), '99@')",
    postgres: "lower(email) LIKE '%99@%'",
  },
  {
    name: "name starts with, orders from 5",
    query: all(rule("name", "starts_with", "mar"), rule("orders", "greater_or_equal", 5)),
    sql: "starts_with(lower(name), 'mar') AND orders >= 5",
    postgres: "lower(name) LIKE 'mar%' AND orders >= 5",
  },
  {
    name: "seen in the last 30 days",
    query: all(lastDays("last_seen", 30)),
    sql: sqlLastDays("last_seen", 30),
  },
  {
    name: "signed up in a quarter, plan is not Free",
    query: all(rule("signup", "between", ["2024-01-01", "2024-03-31"]), rule("plan", "not_equals", "Free")),
    sql: "signup BETWEEN DATE '2024-01-01' AND DATE '2024-03-31' AND (lower(plan) = 'free') IS NOT TRUE",
  },
  {
    name: "formula: orders > 0 && ltv / orders > 40",
    query: all({ formula: "orders > 0 && ltv / orders > 40" }),
    sql: "orders > 0 AND ltv / orders > 40",
  },
  {
    name: "three groups of two",
    query: any(
      all(rule("state", "equals", "CA"), rule("ltv", "greater_or_equal", 250)),
      all(rule("state", "equals", "NY"), rule("orders", "greater_or_equal", 10)),
      all(rule("email", "ends_with", "@gmail.com"), rule("active", "is_false")),
    ),
    sql:
      "(lower(state) = 'ca' AND ltv >= 250) OR (lower(state) = 'ny' AND orders >= 10) " +
      "OR (ends_with(lower(email), '@gmail.com') AND NOT active)",
    postgres:
      "(lower(state) = 'ca' AND ltv >= 250) OR (lower(state) = 'ny' AND orders >= 10) " +
      "OR (lower(email) LIKE '%@gmail.com' AND NOT active)",
  },
  {
    name: "window, not Free, contains or city",
    query: all(
      lastDays("last_seen", 90),
      not(any(rule("plan", "equals", "Free"), rule("ltv", "is_empty"))),
      any(rule("email", "contains", "corp"), rule("city", "equals", "Mambville")),
    ),
    sql:
      `${sqlLastDays("last_seen", 90)} AND (lower(plan) = 'free' OR ltv IS NULL) IS NOT TRUE ` +
      "AND (contains(lower(email), 'corp') OR lower(city) = 'mambville')",
    postgres:
      `${sqlLastDays("last_seen", 90)} AND (lower(plan) = 'free' OR ltv IS NULL) IS NOT TRUE ` +
      "AND (lower(email) LIKE '%corp%' OR lower(city) = 'mambville')",
  },
  {
    name: "nested with contains, window and formula",
    query: all(
      any(
        all(rule("state", "in", ["CA", "TX", "FL", "NY"]), lastDays("last_seen", 365)),
        all(
          rule("name", "contains", "son"),
          not(all(rule("signup", "before", "2022-01-01"), rule("active", "is_true"))),
        ),
      ),
      { formula: "orders >= 2 && ltv / orders < 25" },
      not(any(rule("email", "contains", "yahoo"), rule("city", "is_empty"))),
    ),
    sql:
      `((lower(state) IN ('ca', 'tx', 'fl', 'ny') AND ${sqlLastDays("last_seen", 365)}) OR (contains(lower(name), 'son') ` +
      "AND (signup < DATE '2022-01-01' AND active) IS NOT TRUE)) AND orders >= 2 AND ltv / orders < 25 " +
      "AND (contains(lower(email), 'yahoo') OR city IS NULL) IS NOT TRUE",
    postgres:
      `((lower(state) IN ('ca', 'tx', 'fl', 'ny') AND ${sqlLastDays("last_seen", 365)}) OR (lower(name) LIKE '%son%' ` +
      "AND (signup < DATE '2022-01-01' AND active) IS NOT TRUE)) AND orders >= 2 AND ltv / orders < 25 " +
      "AND (lower(email) LIKE '%yahoo%' OR city IS NULL) IS NOT TRUE",
  },
];
