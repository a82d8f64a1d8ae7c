/** Which object the code that runs now belongs to, across its awaits: its timers keep it in memory. */
import { AsyncLocalStorage } from "node:async_hooks";

/** Something that must not be evicted while it is held. */
export interface Holdable {
  /** Out of memory for good: its timers must do nothing any more. */
  readonly isGone: boolean;
  hold(): void;
  release(): void;
}

export const currentObject = new AsyncLocalStorage<Holdable>();

const holds = new WeakMap<object, Hold>();
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
    const held = holdCurrent();
    if (!held) return timeout(callback, delay, ...args);
    const timer = timeout(() => held.run(() => callback(...args)).release(), delay);
    holds.set(timer, held);
    return timer;
  });
  globalThis.setInterval = withSameExtras(interval, (callback, delay, ...args) => {
    const held = holdCurrent();
    if (!held) return interval(callback, delay, ...args);
    const timer = interval(() => held.run(() => callback(...args)), delay);
    holds.set(timer, held);
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

/** One timer's hold on its object. */
class Hold {
  readonly #object: Holdable;
  #held = true;

  constructor(object: Holdable) {
    this.#object = object;
    object.hold();
  }

  run(work: () => void): this {
    if (this.#object.isGone) return this;
    try {
      work();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return this;
  }

  release(): void {
    if (this.#held) this.#object.release();
    this.#held = false;
  }
}

function holdCurrent(): Hold | null {
  const object = currentObject.getStore();
  return object ? new Hold(object) : null;
}

function releaseTimer(timer: unknown): void {
  if (typeof timer === "object" && timer !== null) holds.get(timer)?.release();
}
