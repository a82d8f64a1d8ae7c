/**
 * Sums of decimals without error. Numbers are taken as the shortest decimal that denotes them; while all have at most six
 * decimals and 15 digits they are added as scaled integers within 53 bits, and as big integers from then on. The
 * answer is the double nearest to the exact sum or average, so that it does not depend on the order.
 */
export const MAX_DECIMALS = 6;
const SCALE = 10 ** MAX_DECIMALS;
/** A decimal of 15 digits is denoted by one double, and by no other decimal of 15 digits. */
export const LARGEST_SCALED = 1e15;

/** `value` in units of 10^-decimals, or NaN where it has more decimals or digits. */
export function scaledInteger(value: number, decimals: number): number {
  const power = 10 ** decimals;
  const scaled = Math.round(value * power);
  return Math.abs(scaled) <= LARGEST_SCALED && scaled / power === value ? scaled : Number.NaN;
}

export class ExactSum {
  #scaled = 0;
  #big: Decimal | null = null;

  add(value: number): void {
    if (this.#big === null) {
      const sum = this.#scaled + scaledInteger(value, MAX_DECIMALS);
      if (Math.abs(sum) <= Number.MAX_SAFE_INTEGER) {
        this.#scaled = sum;
        return;
      }
      this.#big = { digits: BigInt(this.#scaled), decimals: MAX_DECIMALS };
    }
    this.#big = plus(this.#big, decimalOf(value));
  }

  get sum(): number {
    return this.averageOver(1);
  }

  averageOver(count: number): number {
    if (this.#big === null) return this.#scaled / (SCALE * count) + 0;
    const { digits, decimals } = this.#big;
    return nearest(digits, 10n ** BigInt(decimals) * BigInt(count));
  }
}

/** digits · 10^-decimals */
interface Decimal {
  readonly digits: bigint;
  readonly decimals: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const decimals = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return decimals >= 0 ? { digits, decimals } : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 };
}

function plus(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  return { digits: raised(a, decimals) + raised(b, decimals), decimals };
}

function raised({ digits, decimals }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - decimals);
}

/** More digits of the quotient than a double can tell apart. */
const DIGITS = 40n;

/** The double nearest to a fraction: its decimals are written down, with a last one that stands for the rest. */
function nearest(numerator: bigint, denominator: bigint): number {
  const scale = 10n ** (DIGITS + BigInt(denominator.toString().length));
  const quotient = (numerator * scale) / denominator;
  const isExact = quotient * denominator === numerator * scale;
  const text = `${quotient}${isExact ? "0" : "1"}`;
  return Number(`${text}e-${scale.toString().length}`) + 0;
}
