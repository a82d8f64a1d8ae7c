import type { EnvVars } from "../objects/env.ts";

/** What a thread is started with: plain values, as they cross by message. */
export interface WorkerSettings {
  /** The program module's URL; it exports `program`. */
  readonly program: string;
  /** The objects' folder. */
  readonly objects: string;
  /** The bucket's folder. */
  readonly files: string;
  readonly vars: EnvVars;
  readonly evictAlways: boolean;
  readonly threads: number;
  readonly index: number;
}
