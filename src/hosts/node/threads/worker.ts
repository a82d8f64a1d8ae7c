/** What a worker thread runs: the objects of `worker` bindings whose names are placed here. */
import { parentPort, workerData } from "node:worker_threads";
import type { Program } from "../../../platform/program.ts";
import { FolderBucket } from "../files/bucket.ts";
import { holdObjectsDuringTimers } from "../objects/current.ts";
import { type EnvParts, objectEnv } from "../objects/env.ts";
import { copiedIfItWaits, ObjectRuntime } from "../objects/runtime.ts";
import { surviveStrayErrors } from "../stray-errors.ts";
import { CallChannel } from "./calls.ts";
import { objectClasses } from "./classes.ts";
import { hostFacts } from "./facts.ts";
import { callLocally } from "./local-calls.ts";
import { placement } from "./placement.ts";
import { type Call, HOST_BINDING, type ToMain, type ToWorker } from "./protocol.ts";
import type { WorkerSettings } from "./settings.ts";

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error("this module is for worker threads");
const post = (message: ToMain) => port.postMessage(message);

surviveStrayErrors();
holdObjectsDuringTimers();
const { program } = (await import(settings.program)) as { program: Program };
const classes = objectClasses(program, "worker");
const isMine = (binding: string, name: string) =>
  classes.has(binding) && placement(name, settings.threads) === settings.index;

const call: Call = (binding, name, method, args) =>
  isMine(binding, name) ? callLocally(runtime, binding, name, method, args) : channel.call(binding, name, method, args);

const serve: Call = (binding, name, method, args) => {
  if (binding === HOST_BINDING) return Promise.resolve(method === "facts" ? hostFacts(runtime) : runtime.evictIdle());
  return new Promise((resolve, reject) => {
    runtime.call(binding, name, method, args, copiedIfItWaits, (error, value) =>
      error ? reject(error) : resolve(value),
    );
  });
};

const parts: EnvParts = {
  vars: settings.vars,
  bindings: Object.keys(program.objects),
  files: new FolderBucket(settings.files),
  call,
  fetchObject: async (binding) => {
    throw new Error(`${binding}: fetch on a stub is for callers and objects of the main thread`);
  },
};
const channel = new CallChannel(post, serve);
const runtime = new ObjectRuntime({
  folder: settings.objects,
  classes,
  makeEnv: (object) => objectEnv(parts, object),
  isMine,
  evictAlways: settings.evictAlways,
});

port.on("message", (message: ToWorker) => {
  if (message.type === "close") void runtime.close().then(() => post({ type: "closed" }));
  else channel.receive(message);
});
runtime.findAlarms();
post({ type: "ready" });
