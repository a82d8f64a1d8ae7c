/** The bindings on one data folder: D1, the bucket, the objects of the main thread and the worker threads. */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { PlatformEnv, Program } from "../../platform/program.ts";
import { D1Service } from "./d1/service.ts";
import { FolderBucket } from "./files/bucket.ts";
import { lockDataFolder } from "./lock.ts";
import { applyMigrations } from "./migrations.ts";
import { holdObjectsDuringTimers } from "./objects/current.ts";
import { type EnvParts, type EnvVars, objectEnv, programEnv } from "./objects/env.ts";
import { fetchLocally } from "./objects/fetch.ts";
import { ObjectRuntime } from "./objects/runtime.ts";
import { provideWebSocketPair, SocketRegistry } from "./sockets/registry.ts";
import { CheckpointThread } from "./sql/checkpoint-thread.ts";
import { objectClasses } from "./threads/classes.ts";
import { type HostFacts, hostFacts } from "./threads/facts.ts";
import { callLocally } from "./threads/local-calls.ts";
import { WorkerPool } from "./threads/pool.ts";
import { type Call, D1_BINDING } from "./threads/protocol.ts";

export interface HostSettings {
  /** URL of the module that exports `program`. */
  readonly program: string;
  /** Folder of the D1 migrations. */
  readonly migrations: string;
  /** The data folder; made when absent. */
  readonly data: string;
  /** What reaches the program in `env`: SECRET and so on. */
  readonly vars: EnvVars;
  readonly evictAlways?: boolean;
  /** Worker threads; as many as cores unless said. */
  readonly threads?: number;
}

export interface Host {
  readonly program: Program;
  readonly env: PlatformEnv;
  /** For each thread, the main one first. */
  facts(): Promise<HostFacts[]>;
  /** Evicts every object that has nothing in flight: for tests. */
  evictIdle(): Promise<void>;
  /** Ends an object's thread as a crash would: for tests. */
  crashThreadOf(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens everything, applies migrations, sets the alarms on disk. Throws DataFolderInUse. */
export async function openHost(settings: HostSettings): Promise<Host> {
  const data = resolve(settings.data);
  mkdirSync(data, { recursive: true });
  const unlock = lockDataFolder(data);
  try {
    return await open(settings, data, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function open(settings: HostSettings, data: string, unlock: () => void): Promise<Host> {
  holdObjectsDuringTimers();
  const { program } = (await import(settings.program)) as { program: Program };
  const database = new D1Service(join(data, "control.sqlite"));
  applyMigrations(database, settings.migrations);
  const objects = join(data, "objects");
  const files = join(data, "files");
  const evictAlways = settings.evictAlways ?? false;
  const classes = objectClasses(program, "main");
  const workers = objectClasses(program, "worker");

  const call: Call = async (binding, name, method, args) => {
    if (binding === D1_BINDING) return callD1(database, method, args[0]);
    if (classes.has(binding)) return callLocally(runtime, binding, name, method, args);
    if (workers.has(binding)) return pool.call(binding, name, method, args);
    throw new Error(`there is no binding ${binding}`);
  };
  const parts: EnvParts = {
    vars: settings.vars,
    bindings: Object.keys(program.objects),
    files: new FolderBucket(files),
    call,
    fetchObject: async (binding, name, request) => {
      if (!classes.has(binding))
        throw new Error(`${binding} is on worker threads: only objects of the main thread answer fetch`);
      return fetchLocally(runtime, binding, name, request);
    },
  };
  provideWebSocketPair();
  const sockets = new SocketRegistry(() => runtime);
  const runtime = new ObjectRuntime({
    folder: objects,
    classes,
    makeEnv: (object) => objectEnv(parts, object),
    isMine: (binding) => classes.has(binding),
    evictAlways,
    acceptSocket: (object, socket, tags) => sockets.accept(object, socket, tags),
    sockets: (binding, name, tag) => sockets.of(binding, name, tag),
  });
  const threads = settings.threads ?? availableParallelism();
  const pool = new WorkerPool(
    { program: settings.program, objects, files, vars: settings.vars, evictAlways, threads },
    call,
  );
  const checkpoints = new CheckpointThread(data);
  await pool.ready();
  runtime.findAlarms();

  return {
    program,
    env: programEnv(parts, () => database.writes),
    facts: async () => [hostFacts(runtime), ...(await pool.facts())],
    evictIdle: async () => {
      runtime.evictIdle();
      await pool.evictIdle();
    },
    crashThreadOf: (name) => pool.crash(name),
    close: async () => {
      await checkpoints.close();
      await Promise.all([pool.close(), runtime.close()]);
      database.close();
      unlock();
    },
  };
}

function callD1(database: D1Service, method: string, argument: unknown): unknown {
  switch (method) {
    case "query":
      return database.query(argument as Parameters<D1Service["query"]>[0]);
    case "batch":
      return database.batch(argument as Parameters<D1Service["batch"]>[0]);
    case "exec":
      return database.exec(argument as string);
    default:
      throw new Error(`D1 has no ${method}`);
  }
}
