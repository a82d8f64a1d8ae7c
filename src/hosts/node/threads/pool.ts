/** The worker threads, as the main thread sees them. A thread that dies is started again; its calls are rejected. */
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { retryable } from "../objects/live-object.ts";
import { CallChannel } from "./calls.ts";
import type { HostFacts } from "./facts.ts";
import { placement } from "./placement.ts";
import { type Call, HOST_BINDING, type ToMain, type ToWorker } from "./protocol.ts";
import type { WorkerSettings } from "./settings.ts";

const ENTRY = new URL("./entry.ts", import.meta.url);
/** A thread that does not even hear that it is to close is ended. */
const LONGEST_CLOSE_MS = 6_000;
const RESTART_MS = 100;
const MOST_RESTART_MS = 5_000;

class WorkerThread {
  readonly #settings: WorkerSettings;
  readonly #route: Call;
  #worker: Worker;
  #channel: CallChannel;
  #stopping = false;
  #quickDeaths = 0;
  #ready: Promise<void>;
  #closed: Promise<void>;

  constructor(settings: WorkerSettings, route: Call) {
    this.#settings = settings;
    this.#route = route;
    ({ worker: this.#worker, channel: this.#channel, ready: this.#ready, closed: this.#closed } = this.#start());
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  call: Call = (binding, name, method, args) => this.#channel.call(binding, name, method, args);

  /** Ends the thread as a crash would: for tests. */
  async crash(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#stopping = true;
    this.#worker.postMessage({ type: "close" } satisfies ToWorker);
    await Promise.race([this.#closed, wait(LONGEST_CLOSE_MS, undefined, { ref: false })]);
    await this.#worker.terminate();
  }

  #start() {
    const worker = new Worker(ENTRY, {
      workerData: this.#settings,
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const channel = new CallChannel((message) => worker.postMessage(message), this.#route);
    const ready = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    worker.on("message", (message: ToMain) => {
      if (message.type === "ready") ready.resolve();
      else if (message.type === "closed") closed.resolve();
      else channel.receive(message);
    });
    worker.on("error", (error) => {
      console.error(`worker thread ${this.#settings.index} died`, error);
      ready.reject(error);
    });
    worker.on("exit", () => {
      closed.resolve();
      ready.reject(new Error("the worker thread ended"));
      channel.rejectAll(retryable("the object's thread died and is started again; call again"));
      if (!this.#stopping) this.#restart();
    });
    ready.promise.then(
      () => {
        this.#quickDeaths = 0;
      },
      () => {
        this.#quickDeaths++;
      },
    );
    return { worker, channel, ready: ready.promise, closed: closed.promise };
  }

  /** At once when it had been running; slower each time it does not even start. */
  #restart(): void {
    const delay = this.#quickDeaths <= 1 ? 0 : Math.min(MOST_RESTART_MS, RESTART_MS * 2 ** this.#quickDeaths);
    const again = () => {
      if (this.#stopping) return;
      ({ worker: this.#worker, channel: this.#channel, ready: this.#ready, closed: this.#closed } = this.#start());
    };
    if (delay === 0) again();
    else setTimeout(again, delay);
  }
}

export class WorkerPool {
  readonly #threads: WorkerThread[];

  /** `route` serves the calls that threads make to elsewhere. */
  constructor(settings: Omit<WorkerSettings, "index">, route: Call) {
    this.#threads = Array.from(
      { length: settings.threads },
      (_, index) => new WorkerThread({ ...settings, index }, route),
    );
  }

  /** Rejects when a thread cannot start. */
  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready));
  }

  call: Call = (binding, name, method, args) => this.#of(name).call(binding, name, method, args);

  facts(): Promise<HostFacts[]> {
    return Promise.all(this.#threads.map((thread) => thread.call(HOST_BINDING, "", "facts", []) as Promise<HostFacts>));
  }

  async evictIdle(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.call(HOST_BINDING, "", "evictIdle", [])));
  }

  /** Ends the thread that an object lives on as a crash would: for tests. */
  crash(name: string): Promise<void> {
    return this.#of(name).crash();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #of(name: string): WorkerThread {
    const thread = this.#threads[placement(name, this.#threads.length)];
    if (!thread) throw new Error("there are no worker threads");
    return thread;
  }
}
