/** Which object the code that runs now belongs to, across its awaits: its timers keep it in memory. */
import { AsyncLocalStorage } from "node:async_hooks";

/** Something that must not be evicted while it is held. */
export interface Holdable {
  hold(): void;
  release(): void;
}

export const currentObject = new AsyncLocalStorage<Holdable>();

const releases = new WeakMap<object, () => void>();
let installed = false;

/**
 * On Cloudflare an object with a pending timer is not hibernated. Replaces this thread's timer functions by
 * ones that hold the object that set them; code outside objects is not touched.
 */
export function holdObjectsDuringTimers(): void {
  if (installed) return;
  installed = true;
  const { setTimeout: timeout, setInterval: interval, clearTimeout: clearT, clearInterval: clearI } = globalThis;
  globalThis.setTimeout = withSameExtras(timeout, (callback, delay, ...args) => {
    const hold = holdCurrent();
    if (!hold) return timeout(callback, delay, ...args);
    const timer = timeout(() => finally_(() => callback(...args), hold), delay);
    releases.set(timer, hold);
    return timer;
  });
  globalThis.setInterval = withSameExtras(interval, (callback, delay, ...args) => {
    const timer = interval(callback, delay, ...args);
    const hold = holdCurrent();
    if (hold) releases.set(timer, hold);
    return timer;
  });
  globalThis.clearTimeout = (timer) => {
    releaseTimer(timer);
    clearT(timer);
  };
  globalThis.clearInterval = (timer) => {
    releaseTimer(timer);
    clearI(timer);
  };
}

type SetTimer = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => NodeJS.Timeout;

/** Keeps what the original carries, such as its promisified form. */
function withSameExtras<T extends typeof setTimeout | typeof setInterval>(original: T, replacement: SetTimer): T {
  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original)) as T;
}

function holdCurrent(): (() => void) | null {
  const object = currentObject.getStore();
  if (!object) return null;
  object.hold();
  let held = true;
  return () => {
    if (held) object.release();
    held = false;
  };
}

function releaseTimer(timer: unknown): void {
  if (typeof timer === "object" && timer !== null) releases.get(timer)?.();
}

function finally_(work: () => void, after: () => void): void {
  try {
    work();
  } finally {
    after();
  }
}
