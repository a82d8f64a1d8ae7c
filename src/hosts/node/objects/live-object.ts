/**
 * One object in memory: its file, its instance, the messages in flight. Messages start in order, each up to
 * its first await; others run while it waits. Answers leave after the commit of what was written before them.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { ObjectHandlers, ObjectState, PlatformWebSocket } from "../../../platform/types.ts";
import { SqlDatabase } from "../sql/database.ts";
import { ObjectAlarm } from "./alarm.ts";
import { currentObject, type Holdable } from "./current.ts";
import { Mailbox } from "./mailbox.ts";
import { removeMarker, writeMarker } from "./markers.ts";
import { type ObjectPaths, objectPaths } from "./names.ts";
import { NodeStorage } from "./storage.ts";
import { Transaction } from "./transaction.ts";

/** Called once; `value` is what may leave. */
export type Answer = (error: Error | null, value?: unknown) => void;
/** Makes of a result what may leave, at the moment it is there; `waits` tells that it leaves later, after a commit. */
export type Prepare = (value: unknown, waits: boolean) => unknown;
export interface ObjectClass {
  readonly make: new (state: ObjectState, env: never) => object;
  /** `ObjectBinding.sends_before_sync`. */
  readonly sendsBeforeSync: boolean;
}

/** What an object asks of the thread it lives on. */
export interface ObjectHome {
  readonly folder: string;
  makeEnv(object: LiveObject): unknown;
  /** Nothing is in flight. */
  onIdle(object: LiveObject): void;
  /** It broke or was aborted: the next message constructs it anew. */
  onGone(object: LiveObject): void;
  onAlarm(object: LiveObject, at: number | null): void;
  acceptSocket(object: LiveObject, socket: PlatformWebSocket, tags: readonly string[]): void;
  sockets(object: LiveObject, tag?: string): PlatformWebSocket[];
}

/** An error that a repeated call may not meet again. */
export function retryable(message: string): Error {
  return Object.assign(new Error(message), { retryable: true });
}

export class LiveObject implements Holdable {
  readonly binding: string;
  readonly name: string;
  readonly alarm: ObjectAlarm;
  readonly transaction: Transaction;
  readonly #class: ObjectClass;
  readonly #home: ObjectHome;
  readonly #paths: ObjectPaths;
  readonly #database: SqlDatabase;
  readonly #state: ObjectState;
  readonly #answers = new Set<Answer>();
  readonly #deathWatch = new Set<(error: Error) => void>();
  #instance: ObjectHandlers | null = null;
  readonly #mailbox = new Mailbox();
  #inFlight = 0;
  #marked = false;
  #dead: Error | null = null;
  idleSince = Date.now();

  constructor(binding: string, name: string, Class: ObjectClass, home: ObjectHome) {
    this.binding = binding;
    this.name = name;
    this.#class = Class;
    this.#home = home;
    this.#paths = objectPaths(home.folder, binding, name);
    mkdirSync(dirname(this.#paths.database), { recursive: true });
    this.#database = new SqlDatabase(this.#paths.database, "owner");
    this.transaction = new Transaction(this.#database, {
      afterBegin: () => this.alarm.makeTable(),
      beforeCommit: () => this.#beforeCommit(),
      onBroken: (error) => this.#die(error),
    });
    this.alarm = new ObjectAlarm(this.#database, this.transaction);
    this.#marked = this.alarm.stored() !== null;
    this.#state = this.#makeState();
  }

  /** Runs the constructor of the program's class; to be called once, before any message. */
  construct(): void {
    try {
      const make = () => new this.#class.make(this.#state, this.#home.makeEnv(this) as never);
      this.#instance = currentObject.run(this, () => this.transaction.runMessage(make)) as ObjectHandlers;
    } catch (error) {
      this.transaction.fail(asError(error));
    }
  }

  get isIdle(): boolean {
    return this.#inFlight === 0 && !this.transaction.isPending;
  }

  get isGone(): boolean {
    return this.#dead !== null;
  }

  get handlers(): ObjectHandlers {
    if (!this.#instance) throw this.#dead ?? new Error(`${this.binding} ${this.name} is not constructed`);
    return this.#instance;
  }

  hold(): void {
    this.#inFlight++;
  }

  release(): void {
    if (--this.#inFlight > 0) return;
    this.idleSince = Date.now();
    if (!this.#dead) this.#home.onIdle(this);
  }

  /** Queues a message. */
  deliver(work: (handlers: ObjectHandlers) => unknown, prepare: Prepare, answer: Answer): void {
    if (this.#dead) {
      answer(this.#dead);
      return;
    }
    this.hold();
    this.#answers.add(answer);
    this.#mailbox.push(() => this.#start(work, prepare, answer));
  }

  /** Does something outside of this object, once what was written before is durable. Holds the object meanwhile. */
  async outgoing<T>(effect: () => Promise<T>): Promise<T> {
    this.hold();
    try {
      if (this.#dead || this.isHeldBack) await this.mayLeave();
      return await effect();
    } finally {
      this.release();
    }
  }

  /** Tells when the object breaks. The returned function forgets the listener. */
  onDeath(listener: (error: Error) => void): () => void {
    this.#deathWatch.add(listener);
    return () => this.#deathWatch.delete(listener);
  }

  /** What is sent now waits. */
  get isHeldBack(): boolean {
    return this.#class.sendsBeforeSync ? this.transaction.isOpen : this.transaction.isPending;
  }

  /** Resolves when what was written before is as safe as it must be before anything is sent. */
  mayLeave(): Promise<void> {
    return new Promise((resolve, reject) => this.whenMayLeave((error) => (error ? reject(error) : resolve())));
  }

  /** The same by a call, which may come at once. */
  whenMayLeave(waiter: (error: Error | null) => void): void {
    if (this.#class.sendsBeforeSync) this.transaction.afterWrite(waiter);
    else this.transaction.afterCommit(waiter);
  }

  /** Closes the file. Only when idle: everything else would be lost. */
  evict(): void {
    this.#dead = retryable(`${this.binding} ${this.name} was evicted`);
    this.transaction.end(this.#dead);
    if (this.#marked && this.alarm.stored() === null) removeMarker(this.#paths.alarmMarker);
    this.#database.close();
  }

  /** Commits, closes and refuses everything from now on: the host stops. */
  shutDown(): void {
    if (this.#dead) return;
    this.transaction.commitDurably();
    if (!this.#dead) this.transaction.fail(retryable("the server is stopping"));
  }

  abort(reason: string): void {
    this.transaction.fail(retryable(reason));
  }

  #start(work: (handlers: ObjectHandlers) => unknown, prepare: Prepare, answer: Answer): void {
    if (!this.#answers.has(answer)) {
      this.release();
      return;
    }
    try {
      const result = currentObject.run(this, () => this.transaction.runMessage(() => work(this.handlers)));
      Promise.resolve(result).then(
        (value) => this.#finish(answer, null, value, prepare),
        (error) => this.#finish(answer, asError(error)),
      );
    } catch (error) {
      this.#finish(answer, asError(error));
    }
  }

  #finish(answer: Answer, error: Error | null, value?: unknown, prepare?: Prepare): void {
    let outcome = error;
    let leaving: unknown;
    try {
      leaving = prepare?.(value, this.transaction.isPending);
    } catch (cloneError) {
      outcome = asError(cloneError);
    }
    this.transaction.afterCommit((broken) => {
      if (this.#answers.delete(answer)) answer(broken ?? outcome, leaving);
      this.release();
    });
  }

  #beforeCommit(): void {
    if (!this.alarm.takeChanged()) return;
    const at = this.alarm.stored();
    if (at !== null && !this.#marked) {
      writeMarker(this.#paths.alarmMarker, this.name);
      this.#marked = true;
    }
    this.transaction.afterCommit((error) => {
      if (!error) this.#home.onAlarm(this, at);
    });
  }

  #die(error: Error): void {
    this.#dead = error;
    const answers = [...this.#answers];
    this.#answers.clear();
    for (const answer of answers) answer(error);
    for (const listener of [...this.#deathWatch]) listener(error);
    this.#database.close();
    this.#home.onGone(this);
  }

  /** When it fails the object is broken before any message gets to see it. */
  async #block<T>(callback: () => Promise<T>): Promise<T> {
    this.hold();
    const guarded = async () => {
      try {
        return await callback();
      } catch (error) {
        this.abort(asError(error).message);
        throw error;
      }
    };
    try {
      return await this.#mailbox.closedWhile(guarded);
    } finally {
      this.release();
    }
  }

  #makeState(): ObjectState {
    const { binding, name } = this;
    return {
      id: { name, toString: () => `${binding}:${name}` },
      storage: new NodeStorage(this.#database, this.transaction, this.alarm),
      waitUntil: (promise) => {
        this.hold();
        const done = () => this.release();
        promise.then(done, done);
      },
      blockConcurrencyWhile: (callback) => this.#block(callback),
      acceptWebSocket: (socket, tags = []) => this.#home.acceptSocket(this, socket, tags),
      getWebSockets: (tag) => this.#home.sockets(this, tag),
      abort: (reason) => this.abort(reason ?? "the object was aborted"),
    };
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
