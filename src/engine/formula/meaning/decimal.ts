/**
 * Arithmetic on numbers as they are written: what has up to six decimals and fifteen digits is a whole number of
 * 10^-d (with the smallest such d), and sums, products, quotients and remainders of two such are those of the whole
 * numbers, rounded once to a double, as far as the whole numbers stay within 2^53. All else is arithmetic on doubles.
 * So 0.1 + 0.2 is 0.3. NaN stands for empty, in and out; a result that is not finite is empty.
 */

const SCALE = 1e6;
/** Up to fifteen digits a decimal and its nearest double stand for each other. */
const LARGEST = 1e15;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;

/** The number in so many parts of a power of ten, or NaN where that is not exact. */
function partsOf(power: number, x: number): number {
  // Math.round has a branch for halves that costs four times as much.
  const scaled = Math.floor(x * power + 0.5);
  return scaled / power === x && scaled <= LARGEST && scaled >= -LARGEST ? scaled : Number.NaN;
}

const millionths = (x: number): number => partsOf(SCALE, x);

/** NaN where the number is not finite. */
const finite = (x: number): number => x - x * 0;
const fits = (whole: number): boolean => Math.abs(whole) <= 2 ** 53;

/** How many decimals a number has, or -1 where it is more than six, or has more than fifteen digits with them. */
function places(x: number): number {
  if (Number.isNaN(x)) return -1;
  if (x <= 1e9 && x >= -1e9 && Number.isNaN(millionths(x))) return -1;
  for (let d = 0; d <= 6; d++) {
    const power = POWERS[d] as number;
    const scaled = Math.round(x * power);
    if (Math.abs(scaled) > LARGEST) return -1;
    if (scaled / power === x) return d;
  }
  return -1;
}

/** 10^d for the larger d of two numbers, where both are whole numbers of 10^-d; else 0. */
function commonPower(x: number, y: number): number {
  const dx = places(x);
  const dy = dx < 0 ? -1 : places(y);
  if (dy < 0) return 0;
  const power = POWERS[Math.max(dx, dy)] as number;
  return fits(x * power) && fits(y * power) ? power : 0;
}

export function add(x: number, y: number): number {
  const sum = (millionths(x) + millionths(y)) / SCALE;
  return Number.isNaN(sum) ? addRarely(x, y) : sum;
}

function addRarely(x: number, y: number): number {
  const power = commonPower(x, y);
  if (power <= 1) return finite(x + y);
  const sum = Math.round(x * power) + Math.round(y * power);
  return fits(sum) ? sum / power : finite(x + y);
}

export function subtract(x: number, y: number): number {
  const difference = (millionths(x) - millionths(y)) / SCALE;
  return Number.isNaN(difference) ? addRarely(x, -y) : difference;
}

/** Prices times quantities: hundredths on both sides are tried first. */
export function multiply(x: number, y: number): number {
  const product = partsOf(100, x) * partsOf(100, y);
  return fits(product) ? product / 1e4 : multiplyRarely(x, y);
}

function multiplyRarely(x: number, y: number): number {
  const dx = places(x);
  const dy = dx < 0 ? -1 : places(y);
  if (dy < 0) return finite(x * y);
  const product = Math.round(x * (POWERS[dx] as number)) * Math.round(y * (POWERS[dy] as number));
  return fits(product) ? product / (POWERS[dx + dy] as number) : finite(x * y);
}

export function divide(x: number, y: number): number {
  const quotient = millionths(x) / millionths(y);
  return Number.isFinite(quotient) ? quotient : divideRarely(x, y);
}

function divideRarely(x: number, y: number): number {
  const power = commonPower(x, y);
  return finite(power > 1 ? Math.round(x * power) / Math.round(y * power) : x / y);
}

/** With the sign of `x`. */
export function remainder(x: number, y: number): number {
  const rest = (millionths(x) % millionths(y)) / SCALE;
  return Number.isNaN(rest) ? remainderRarely(x, y) : rest;
}

function remainderRarely(x: number, y: number): number {
  const power = commonPower(x, y);
  return power > 1 ? (Math.round(x * power) % Math.round(y * power)) / power : finite(x % y);
}

/** With `digits` decimals (-15 … 15); halves of the decimal number go away from zero. */
export function roundTo(x: number, digits: number): number {
  const size = Math.abs(x);
  const power = POWERS[Math.abs(digits)] as number;
  const scaled = digits < 0 ? size / power : size * power;
  const whole = Math.floor(scaled);
  const rest = scaled - whole;
  // Near a half, and where the product itself may be off, the digits decide.
  if (!(scaled < 1e11) || Math.abs(rest - 0.5) < 1e-3) return finite(roundHalf(x, digits));
  const rounded = rest > 0.5 ? whole + 1 : whole;
  const back = digits < 0 ? rounded * power : rounded / power;
  return x < 0 ? -back : back;
}

/** By the decimals of the number: a half is one only there. */
function roundHalf(x: number, digits: number): number {
  const parts = digits >= 0 && digits < 6 ? Math.abs(millionths(x)) : Number.NaN;
  if (Number.isNaN(parts)) return Number.isFinite(x) ? roundDigits(x, digits) : Number.NaN;
  const step = POWERS[6 - digits] as number;
  const rounded = Math.floor((parts + step / 2) / step) / (POWERS[digits] as number);
  return x < 0 ? -rounded : rounded;
}

/** By the shortest decimal form. */
function roundDigits(x: number, digits: number): number {
  const [mantissa = "", exponent] = Math.abs(x).toExponential().split("e");
  const written = mantissa.replace(".", "");
  const dropped = written.length - 1 - Number(exponent) - digits;
  if (dropped <= 0) return x;
  if (dropped > written.length) return 0;
  const cut = 10n ** BigInt(dropped);
  const number = BigInt(written);
  const rounded = number / cut + (2n * (number % cut) >= cut ? 1n : 0n);
  return Math.sign(x) * Number(`${rounded}e${-digits}`);
}
