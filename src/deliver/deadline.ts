/** A limit on how long an effect may take: what hangs would hold up everything behind it. */
export async function within<T>(ms: number, effect: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([effect(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
