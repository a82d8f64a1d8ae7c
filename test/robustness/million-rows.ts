/** A million seeded rows as a CSV stream, twenty segments over them, and the counts that those must have. */
import { only } from "../blackbox/nouns.ts";
import type { Group } from "../blackbox/wire.ts";
import { Random } from "./random.ts";

const LINES_A_CHUNK = 2_000;
const states = ["CA", "NY", "TX", "WA", "FL", "IL", "OH", "GA", "NC", "MI"];
const plans = ["Free", "Basic", "Pro", "Max"];

export interface Row {
  id: string;
  email: string;
  state: string;
  plan: string;
  spend: number;
  active: boolean;
  joined_on: string;
}

export interface Watched {
  query: Group;
  holds(row: Row): boolean;
}

const both = (...groups: Group[]): Group => ({ combinator: "and", rules: groups });
const either = (...groups: Group[]): Group => ({ combinator: "or", rules: groups });
const not = (group: Group): Group => ({ ...group, not: true });

export const watched: Watched[] = [
  ...states.slice(0, 6).map((state) => ({
    query: only("state", "equals", state.toLowerCase()),
    holds: (row: Row) => row.state === state,
  })),
  ...[10, 100, 500, 900, 999].map((limit) => ({
    query: only("spend", "greater_than", limit),
    holds: (row: Row) => row.spend > limit,
  })),
  { query: only("active", "is_true"), holds: (row) => row.active },
  { query: only("email", "contains", "99@"), holds: (row) => row.email.includes("99@") },
  { query: only("plan", "in", ["Pro", "Max"]), holds: (row) => row.plan === "Pro" || row.plan === "Max" },
  { query: only("plan", "not_equals", "Free"), holds: (row) => row.plan !== "Free" },
  { query: only("spend", "is_empty"), holds: (row) => Number.isNaN(row.spend) },
  {
    query: only("joined_on", "between", ["2024-02-01", "2024-02-29"]),
    holds: (row) => row.joined_on >= "2024-02-01" && row.joined_on <= "2024-02-29",
  },
  {
    query: both(only("state", "in", ["CA", "NY"]), only("spend", "greater_or_equal", 500)),
    holds: (row) => (row.state === "CA" || row.state === "NY") && row.spend >= 500,
  },
  {
    query: either(both(only("plan", "equals", "Max"), only("active", "is_false")), only("spend", "less_than", 5)),
    holds: (row) => (row.plan === "Max" && !row.active) || row.spend < 5,
  },
  {
    query: not(either(only("state", "equals", "CA"), only("active", "is_true"))),
    holds: (row) => !(row.state === "CA" || row.active),
  },
];

function makeRow(n: number, random: Random): Row {
  return {
    id: `c${String(n).padStart(7, "0")}`,
    email: `person${random.below(10_000_000)}@example.com`,
    state: random.pick(states),
    plan: random.pick(plans),
    spend: random.below(20) === 0 ? Number.NaN : random.below(100_000) / 100,
    active: random.below(3) === 0,
    joined_on: new Date(Date.UTC(2023, 0, 1 + random.below(700))).toISOString().slice(0, 10),
  };
}

const line = (row: Row): string =>
  `${row.id},${row.email},${row.state},${row.plan},${Number.isNaN(row.spend) ? "" : row.spend},${row.active},${row.joined_on}\n`;

/** The file as it is made; `counts` are right once it has been read to its end. */
export function millionRows(
  rows: number,
  seed: number,
): { file: ReadableStream<Uint8Array>; counts: number[]; bytes: () => number } {
  const random = new Random(seed);
  const encoder = new TextEncoder();
  const counts = watched.map(() => 0);
  let [made, bytes] = [0, 0];
  const file = new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = made === 0 ? "id,email,state,plan,spend,active,joined_on\n" : "";
      for (const end = Math.min(rows, made + LINES_A_CHUNK); made < end; made++) {
        const row = makeRow(made, random);
        for (const [at, { holds }] of watched.entries()) if (holds(row)) counts[at] = (counts[at] ?? 0) + 1;
        text += line(row);
      }
      const chunk = encoder.encode(text);
      bytes += chunk.length;
      controller.enqueue(chunk);
      if (made >= rows) controller.close();
    },
  });
  return { file, counts, bytes: () => bytes };
}
