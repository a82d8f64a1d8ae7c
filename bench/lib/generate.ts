/**
 * The data: customers with eleven fields and three purchases for each, skewed as real data is, as CSV files. The same
 * seed and number of rows give the same bytes, everywhere. All dates lie before `ANCHOR`, where the clock of the
 * program under test starts, so that "in the last 30 days" means the same on every day.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ByteFile, COMMA } from "./bytes.ts";
import { logNormalCents, seeded, weightedTable, zipfWeights } from "./random.ts";
import { categories, cityNames, firstNames, lastNames, mailHosts, plans, states } from "./words.ts";

/** Noon, so that a run of some hours does not cross midnight. */
export const ANCHOR = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;
export const SEED = 20_260_601;
/** What the file is made by: raise it with every change that alters a byte. */
const FORMAT = 1;
const PURCHASES_EACH = 3;

export const CUSTOMER_FIELDS = [
  { name: "id", type: "text" },
  { name: "email", type: "text" },
  { name: "name", type: "text" },
  { name: "state", type: "text" },
  { name: "city", type: "text" },
  { name: "plan", type: "text" },
  { name: "ltv", type: "number" },
  { name: "orders", type: "number" },
  { name: "signup", type: "date" },
  { name: "last_seen", type: "datetime" },
  { name: "active", type: "boolean" },
] as const;

export const PURCHASE_FIELDS = [
  { name: "id", type: "text" },
  { name: "customer_id", type: "text" },
  { name: "amount", type: "number" },
  { name: "purchased_on", type: "date" },
  { name: "category", type: "text" },
] as const;

const SIGNUP_DAYS = 3_650;
const PURCHASE_DAYS = 730;
/** Scattered, and each number once: multiplication by a prime that no number of rows here is a multiple of. */
const SCATTER = 7_368_787;

const ascii = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const draw = (table: Uint16Array, bits: number): number => table[bits & 0xffff] as number;
const dayBytes = (days: number): Buffer[] =>
  ascii(Array.from({ length: days + 1 }, (_, ago) => new Date(ANCHOR - ago * DAY_MS).toISOString().slice(0, 10)));

export const customerId = (n: number): string => `c${String(n).padStart(7, "0")}`;
export const purchaseCount = (customers: number): number => customers * PURCHASES_EACH;

/** Writes the file and answers its bytes. */
export function writeCustomers(path: string, rows: number, seed = SEED): number {
  const file = new ByteFile(path);
  const random = seeded(seed);
  const names = { first: ascii(firstNames), last: ascii(lastNames) };
  const mail = {
    first: ascii(firstNames.map((name) => name.toLowerCase())),
    last: ascii(lastNames.map((name) => name.toLowerCase())),
    host: ascii(mailHosts.map((host) => `@${host}`)),
  };
  const [stateBytes, cityBytes, planBytes] = [ascii(states), ascii(cityNames), ascii(plans)];
  const days = dayBytes(SIGNUP_DAYS);
  const [yes, no] = ascii(["true", "false"]) as [Buffer, Buffer];
  const byFirst = weightedTable(zipfWeights(firstNames.length, 0.8));
  const byLast = weightedTable(zipfWeights(lastNames.length, 0.7));
  const byHost = weightedTable([
    420,
    130,
    110,
    90,
    70,
    40,
    20,
    20,
    ...zipfWeights(120, 0.5).map((weight) => weight * 5),
  ]);
  const byState = weightedTable(zipfWeights(states.length, 0.85));
  const byCity = weightedTable(zipfWeights(cityNames.length / states.length, 1));
  const byPlan = weightedTable([620, 200, 120, 50, 10]);
  const byOrders = weightedTable([80, ...zipfWeights(300, 1.1).map((weight) => weight * 45)]);
  const cents = logNormalCents(60, 1.4);
  const citiesOfState = cityNames.length / states.length;

  file.put(Buffer.from(CUSTOMER_FIELDS.map(({ name }) => name).join(",")));
  file.endRow();
  for (let row = 0; row < rows; row++) {
    const [a, b, c, d] = [random.bits(), random.bits(), random.bits(), random.bits()];
    const [first, last] = [draw(byFirst, a), draw(byLast, a >>> 16)];
    file.byte(99);
    file.digits(row, 7);
    file.byte(COMMA);
    file.put(mail.first[first] as Buffer);
    file.byte(46);
    file.put(mail.last[last] as Buffer);
    file.digits((row * SCATTER) % rows);
    file.put(mail.host[draw(byHost, b)] as Buffer);
    file.byte(COMMA);
    file.put(names.first[first] as Buffer);
    file.byte(32);
    file.put(names.last[last] as Buffer);
    file.byte(COMMA);
    const state = draw(byState, b >>> 16);
    file.put(stateBytes[state] as Buffer);
    file.byte(COMMA);
    // One in a hundred has no city.
    if (c % 100 !== 0) file.put(cityBytes[state * citiesOfState + draw(byCity, c >>> 8)] as Buffer);
    file.byte(COMMA);
    file.put(planBytes[draw(byPlan, d)] as Buffer);
    file.byte(COMMA);
    const e = random.bits();
    // One in twenty-five has no value yet.
    if (e % 25 !== 0) file.cents(between(cents, e >>> 16, random.next()));
    file.byte(COMMA);
    file.digits(draw(byOrders, d >>> 16));
    file.byte(COMMA);
    // More of them came in the last years than in the first.
    const age = Math.floor(SIGNUP_DAYS * (1 - Math.sqrt(random.next())));
    file.put(days[age] as Buffer);
    file.byte(COMMA);
    const f = random.next();
    const seenAgo = Math.min(age, Math.floor(-110 * Math.log(1 - f)));
    if (a % 16 !== 0) writeInstant(file, days[seenAgo] as Buffer, random.below(43_200));
    file.byte(COMMA);
    file.put(seenAgo < 90 && b % 10 !== 0 ? yes : no);
    file.endRow();
  }
  file.close();
  return file.bytes;
}

/** Writes the file and answers its bytes. `customers` is the number of the others: purchases belong to them. */
export function writePurchases(path: string, rows: number, customers: number, seed = SEED + 1): number {
  const file = new ByteFile(path);
  const random = seeded(seed);
  const days = dayBytes(PURCHASE_DAYS);
  const kinds = ascii(categories);
  const byKind = weightedTable(zipfWeights(categories.length, 0.6));
  const cents = logNormalCents(38, 1.1);
  file.put(Buffer.from(PURCHASE_FIELDS.map(({ name }) => name).join(",")));
  file.endRow();
  for (let row = 0; row < rows; row++) {
    const a = random.bits();
    file.byte(112);
    file.digits(row, 8);
    file.byte(COMMA);
    file.byte(99);
    // Pareto: the first tenth buys about a fifth, a few buy hundreds of times.
    const rank = Math.floor(customers * random.next() ** 1.5);
    file.digits((rank * SCATTER) % customers, 7);
    file.byte(COMMA);
    file.cents(between(cents, a & 0xffff, random.next()));
    file.byte(COMMA);
    file.put(days[random.below(PURCHASE_DAYS)] as Buffer);
    file.byte(COMMA);
    file.put(kinds[draw(byKind, a >>> 16)] as Buffer);
    file.endRow();
  }
  file.close();
  return file.bytes;
}

/** Somewhere between two neighbouring quantiles. */
function between(quantiles: Uint32Array, index: number, share: number): number {
  const low = quantiles[index] as number;
  return low + Math.floor(share * ((quantiles[index + 1] as number) - low + 1));
}

/** `second` of the first half of the day: the anchor is at noon, and nothing lies after it. */
function writeInstant(file: ByteFile, day: Buffer, second: number): void {
  file.put(day);
  file.byte(84);
  file.digits(Math.floor(second / 3_600), 2);
  file.byte(58);
  file.digits(Math.floor(second / 60) % 60, 2);
  file.byte(58);
  file.digits(second % 60, 2);
  file.byte(90);
}

/** Where generated files and data folders are kept from run to run. */
export function benchFolder(): string {
  const folder = process.env.CUTTY_BENCH_DATA || join(tmpdir(), "cutty-bench");
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface GeneratedFile {
  readonly path: string;
  readonly rows: number;
}

/** The file, made now unless a run before made it. */
export function customersFile(rows: number): GeneratedFile {
  return made(`customers-${FORMAT}-${SEED}-${rows}.csv`, rows, (path) => writeCustomers(path, rows));
}

export function purchasesFile(customers: number): GeneratedFile {
  const rows = purchaseCount(customers);
  return made(`purchases-${FORMAT}-${SEED}-${rows}.csv`, rows, (path) => writePurchases(path, rows, customers));
}

function made(name: string, rows: number, write: (path: string) => number): GeneratedFile {
  const path = join(benchFolder(), name);
  if (!existsSync(path)) {
    const began = performance.now();
    const bytes = write(`${path}.part`);
    renameSync(`${path}.part`, path);
    const seconds = (performance.now() - began) / 1_000;
    console.error(`made ${name}: ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`);
  }
  return { path, rows };
}
