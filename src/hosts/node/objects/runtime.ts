/** The objects of one thread: which are in memory, their alarms, and when they leave. */
import { clearInterval, setInterval } from "node:timers";
import { setTimeout as wait } from "node:timers/promises";
import type { ObjectHandlers, PlatformWebSocket } from "../../../platform/types.ts";
import { Alarms } from "./alarms.ts";
import { type Answer, LiveObject, type ObjectClass, type ObjectHome, type Prepare, retryable } from "./live-object.ts";

export interface RuntimeOptions {
  readonly folder: string;
  /** The classes that live on this thread, by binding. */
  readonly classes: ReadonlyMap<string, ObjectClass>;
  makeEnv(object: LiveObject): unknown;
  /** Which of a binding's names live on this thread. */
  isMine(binding: string, name: string): boolean;
  /** Evicts each object as soon as nothing is in flight, so that tests prove nothing lives only in memory. */
  readonly evictAlways: boolean;
  readonly acceptSocket?: ObjectHome["acceptSocket"];
  readonly sockets?: (binding: string, name: string, tag?: string) => PlatformWebSocket[];
}

const IDLE_MS = 600_000;
const SWEEP_MS = 2_000;
/** Each takes three file descriptors. */
const MOST_IN_MEMORY = 200;
const DRAIN_MS = 3_000;
const DRAIN_STEP_MS = 5;

export const copied: Prepare = (value) => structuredClone(value);
export const copiedIfItWaits: Prepare = (value, waits) => (waits ? structuredClone(value) : value);

const ignore = () => undefined;
const keyOf = (binding: string, name: string) => `${binding}/${name}`;

export class ObjectRuntime implements ObjectHome {
  readonly folder: string;
  readonly #options: RuntimeOptions;
  readonly #objects = new Map<string, LiveObject>();
  readonly #alarms: Alarms;
  readonly #sweep: NodeJS.Timeout;
  #stopping = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.#alarms = new Alarms(options.folder, (binding, name, work) => {
      const run = (handlers: ObjectHandlers) => work(handlers, this.object(binding, name));
      this.deliver(binding, name, run, ignore, ignore);
    });
    this.#sweep = setInterval(() => this.evictIdle(Date.now() - IDLE_MS), SWEEP_MS).unref();
  }

  get inMemory(): number {
    return this.#objects.size;
  }

  /** Sets the timers of every alarm on disk. To be called once, at start. */
  findAlarms(): void {
    for (const binding of this.#options.classes.keys()) {
      this.#alarms.find(binding, (name) => this.#options.isMine(binding, name));
    }
  }

  /** Calls a method. `prepare` is `copied` for a caller on this thread; leaving the thread copies by itself. */
  call(binding: string, name: string, method: string, args: unknown[], prepare: Prepare, answer: Answer): void {
    this.deliver(binding, name, (handlers) => invoke(handlers, method, args), prepare, answer);
  }

  /** Hands a message to an object, constructing it when it is not in memory. */
  deliver(
    binding: string,
    name: string,
    work: (handlers: ObjectHandlers) => unknown,
    prepare: Prepare,
    answer: Answer,
  ): void {
    let object: LiveObject;
    try {
      object = this.object(binding, name);
    } catch (error) {
      answer(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    object.deliver(work, prepare, answer);
  }

  object(binding: string, name: string): LiveObject {
    const key = keyOf(binding, name);
    const known = this.#objects.get(key);
    if (known) return known;
    if (this.#stopping) throw retryable("the server is stopping");
    const Class = this.#options.classes.get(binding);
    if (!Class) throw new Error(`${binding} is not on this thread`);
    const object = new LiveObject(binding, name, Class, this);
    this.#objects.set(key, object);
    object.construct();
    if (this.#objects.size > MOST_IN_MEMORY) this.#evictOldest(object);
    return object;
  }

  /** Runs an effect of an object once its writes are safe; at once when it is not in memory. */
  whenMayLeave(binding: string, name: string, effect: () => void): void {
    const object = this.#objects.get(keyOf(binding, name));
    if (!object) effect();
    else object.whenMayLeave((error) => (error ? undefined : effect()));
  }

  /** Evicts whatever has nothing in flight: for tests. */
  evictIdle(before = Number.POSITIVE_INFINITY): void {
    for (const object of [...this.#objects.values()]) if (object.idleSince < before) this.#evict(object);
  }

  /** Lets what is in flight end for a while, then commits and closes everything. */
  async close(): Promise<void> {
    this.#alarms.stop();
    clearInterval(this.#sweep);
    const deadline = Date.now() + DRAIN_MS;
    while (Date.now() < deadline && [...this.#objects.values()].some((object) => !object.isIdle)) {
      await wait(DRAIN_STEP_MS);
    }
    this.#stopping = true;
    for (const object of [...this.#objects.values()]) object.shutDown();
  }

  makeEnv(object: LiveObject): unknown {
    return this.#options.makeEnv(object);
  }

  onIdle(object: LiveObject): void {
    if (this.#options.evictAlways) setImmediate(() => this.#evict(object));
  }

  onGone(object: LiveObject): void {
    const key = keyOf(object.binding, object.name);
    if (this.#objects.get(key) !== object) return;
    this.#objects.delete(key);
    if (!this.#stopping) this.#alarms.reread(object);
  }

  onAlarm(object: LiveObject, at: number | null): void {
    this.#alarms.changed(object, at);
  }

  acceptSocket(object: LiveObject, socket: PlatformWebSocket, tags: readonly string[]): void {
    if (!this.#options.acceptSocket) throw new Error("sockets are for objects of the main thread");
    this.#options.acceptSocket(object, socket, tags);
  }

  sockets(object: LiveObject, tag?: string): PlatformWebSocket[] {
    return this.#options.sockets?.(object.binding, object.name, tag) ?? [];
  }

  #evict(object: LiveObject): void {
    const key = keyOf(object.binding, object.name);
    if (!object.isIdle || this.#objects.get(key) !== object) return;
    this.#objects.delete(key);
    object.evict();
  }

  #evictOldest(newest: LiveObject): void {
    for (const object of this.#objects.values()) {
      if (object === newest || !object.isIdle) continue;
      this.#evict(object);
      if (this.#objects.size <= MOST_IN_MEMORY) return;
    }
  }
}

const NOT_CALLABLE = new Set(["constructor", "fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"]);

/** Only what the class itself declares can be called from outside. */
function invoke(handlers: object, method: string, args: unknown[]): unknown {
  const own = Object.getPrototypeOf(handlers) as Record<string, unknown>;
  const member = NOT_CALLABLE.has(method) || method in Object.prototype ? undefined : own[method];
  if (typeof member !== "function") throw new TypeError(`The RPC receiver does not implement the method "${method}".`);
  return member.apply(handlers, args);
}
