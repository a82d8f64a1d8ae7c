/**
 * What windows over time mean, as plainly as it can be said: dates are texts, days are walked one by one, and the
 * wall clock is the platform's. Shares no code with the engine. Tests only.
 */
type Json = Readonly<Record<string, unknown>>;

export interface OracleMoment {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timeZone: string;
}

/** Whether a value (a date as `YYYY-MM-DD`, a datetime as epoch milliseconds) satisfies `in_last`, `in_next` or `in_period`. */
export function oracleInWindow(rule: Json, value: string | number, { now, timeZone }: OracleMoment): boolean {
  const today = dayAt(now, timeZone);
  const date = typeof value === "string" ? value : dayAt(value, timeZone);
  if (rule.operator === "in_period") return inPeriod(rule.value as string, date, today);
  const { n, unit } = rule.value as { n: number; unit: string };
  const exact = { minute: 60_000, hour: 3_600_000 }[unit];
  if (exact !== undefined) {
    const age = now - (value as number);
    return rule.operator === "in_last" ? age >= 0 && age < n * exact : age < 0 && age >= -n * exact;
  }
  return rule.operator === "in_last"
    ? date > stepped(today, -n, unit) && date <= today
    : date > today && date <= stepped(today, n, unit);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const days = new Map<string, string>();

/** The latest date that the wall has shown up to an instant: one that was put back into yesterday shows it again in vain. */
export function dayAt(instant: number, timeZone: string): string {
  const key = `${instant} ${timeZone}`;
  let day = days.get(key);
  if (day === undefined) {
    const shown = Array.from({ length: 91 }, (_, minutes) => wallDate(instant - minutes * 60_000, timeZone));
    day = shown.sort().at(-1) as string;
    days.set(key, day);
  }
  return day;
}

function wallDate(instant: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, ...date });
    formats.set(timeZone, format);
  }
  return format.format(instant);
}

const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
const nextDate = (date: string, step: number): string => dateOf(Date.parse(`${date}T00:00:00Z`) + step * 86_400_000);

function stepped(date: string, n: number, unit: string): string {
  if (unit === "day") return nextDate(date, n);
  if (unit === "week") return nextDate(date, 7 * n);
  const months = n * ({ month: 1, quarter: 3, year: 12 }[unit] as number);
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  for (let clamped = day; ; clamped--) {
    const found = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), clamped));
    if (found.getUTCMonth() === first.getUTCMonth()) return dateOf(found.getTime());
  }
}

/** What dates of one day, week, month … have in common. */
const names: Readonly<Record<string, (date: string) => string>> = {
  day: (date) => date,
  week: (date) =>
    new Date(`${date}T00:00:00Z`).getUTCDay() === 1 ? date : (names.week?.(nextDate(date, -1)) as string),
  month: (date) => date.slice(0, 7),
  quarter: (date) => `${date.slice(0, 4)} ${Math.ceil(Number(date.slice(5, 7)) / 3)}`,
  year: (date) => date.slice(0, 4),
};

function inPeriod(period: string, date: string, today: string): boolean {
  if (period === "today") return date === today;
  if (period === "yesterday") return date === nextDate(today, -1);
  if (period === "tomorrow") return date === nextDate(today, 1);
  const [which, unit] = period.split("_") as [string, string];
  const name = names[unit] as (date: string) => string;
  if (which === "this") return name(date) === name(today);
  let before = today;
  while (name(before) === name(today)) before = nextDate(before, -1);
  return name(date) === name(before);
}
