/** The thread of checkpointer.ts. Without it, databases bring in the pages themselves when their log is long. */
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";

const ENTRY = new URL("./checkpointer.ts", import.meta.url);
const LONGEST_CLOSE_MS = 3_000;

export class CheckpointThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  /** `folder`: of the databases that it looks after. */
  constructor(folder: string) {
    this.#worker = new Worker(ENTRY, {
      workerData: { folder },
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    this.#worker.unref();
    this.#worker.on("error", (error) => console.error("the checkpoint thread ended", error));
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
  }

  /** Resolves when it has no database open any more. */
  async close(): Promise<void> {
    this.#worker.postMessage("close");
    await Promise.race([this.#ended, wait(LONGEST_CLOSE_MS, undefined, { ref: false })]);
    await this.#worker.terminate();
  }
}
