/** Sums and averages as exact decimals, by whole millionths. */

const DIGITS = 6;
const ONE = 10n ** BigInt(DIGITS);

/** A number of up to six decimals as whole millionths. */
function millionths(value: number): bigint {
  const [whole = "0", digits = ""] = value.toFixed(DIGITS).split(".");
  const size = BigInt(whole.replace("-", "")) * ONE + BigInt(digits);
  return whole.startsWith("-") ? -size : size;
}

export const sumOf = (values: readonly number[]): bigint =>
  values.reduce((total, value) => total + millionths(value), 0n);

/** Below 0 when total/count is below what is wanted. */
export function orderOfQuotient(total: bigint, count: number, wanted: number): number {
  const other = millionths(wanted) * BigInt(count);
  return total < other ? -1 : total > other ? 1 : 0;
}
