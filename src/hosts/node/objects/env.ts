/** `env` on Node: for the program's own calls, and for each object, where everything outgoing waits for the commit. */
import type { PlatformEnv } from "../../../platform/program.ts";
import type { ObjectNamespace, R2Bucket } from "../../../platform/types.ts";
import { d1Database } from "../d1/client.ts";
import { type Call, D1_BINDING } from "../threads/protocol.ts";
import { currentObject } from "./current.ts";
import type { LiveObject } from "./live-object.ts";

/** Settings that reach the program as they are. */
export type EnvVars = Readonly<Record<string, string | undefined>>;

export interface EnvParts {
  readonly vars: EnvVars;
  readonly bindings: readonly string[];
  readonly files: R2Bucket;
  readonly call: Call;
  /** Answers a request on the object's own thread. */
  readonly fetchObject: (binding: string, name: string, request: Request) => Promise<Response>;
}

/** Does something outside, at once or after a commit. */
type Outgoing = <T>(effect: () => Promise<T>) => Promise<T>;

const atOnce: Outgoing = (effect) => effect();

/** `d1Writes` counts what is written to D1: the program itself runs on the thread where all of it passes. */
export function programEnv(parts: EnvParts, d1Writes: () => number): PlatformEnv {
  const env = makeEnv(parts, atOnce, (args) => args);
  return { ...env, DB: { ...env.DB, writes: d1Writes } };
}

/** Arguments are cloned at the call, as the object may go on to change them before the commit. */
export function objectEnv(parts: EnvParts, object: LiveObject): PlatformEnv {
  const copy = (args: unknown[]) => (object.isHeldBack ? structuredClone(args) : args);
  return makeEnv(parts, (effect) => object.outgoing(effect), copy);
}

function makeEnv(parts: EnvParts, outgoing: Outgoing, copy: (args: unknown[]) => unknown[]): PlatformEnv {
  const call: Call = async (binding, name, method, args) => {
    const copied = copy(args);
    return outgoing(() => parts.call(binding, name, method, copied));
  };
  const fetchObject: EnvParts["fetchObject"] = (binding, name, request) =>
    outgoing(() => parts.fetchObject(binding, name, request));
  const namespaces = parts.bindings.map((binding) => [binding, namespace(binding, call, fetchObject)] as const);
  return {
    ...(parts.vars as Pick<PlatformEnv, "SECRET">),
    ...Object.fromEntries(namespaces),
    DB: d1Database((method, argument) => call(D1_BINDING, "", method, [argument])),
    FILES: gatedBucket(parts.files, outgoing),
    // outside of the object's context: the client's own timers must not hold the object
    fetch: (input, init) => outgoing(() => currentObject.exit(() => fetch(input, init))),
  };
}

function namespace(
  binding: string,
  call: Call,
  fetchObject: EnvParts["fetchObject"],
): ObjectNamespace<Record<string, unknown>> {
  return {
    getByName: (name) =>
      new Proxy({} as ReturnType<ObjectNamespace<Record<string, unknown>>["getByName"]>, {
        get: (_, method) => {
          if (typeof method !== "string" || method === "then") return undefined;
          if (method === "fetch") return (request: Request) => fetchObject(binding, name, request);
          return (...args: unknown[]) => call(binding, name, method, args);
        },
      }),
  };
}

function gatedBucket(files: R2Bucket, outgoing: Outgoing): R2Bucket {
  const gatedUpload = (upload: ReturnType<R2Bucket["resumeMultipartUpload"]>) => ({
    key: upload.key,
    uploadId: upload.uploadId,
    uploadPart: (...args: Parameters<typeof upload.uploadPart>) => outgoing(() => upload.uploadPart(...args)),
    complete: (...args: Parameters<typeof upload.complete>) => outgoing(() => upload.complete(...args)),
    abort: () => outgoing(() => upload.abort()),
  });
  return {
    head: (key) => outgoing(() => files.head(key)),
    get: (key, options) => outgoing(() => files.get(key, options)),
    put: (key, value) => outgoing(() => files.put(key, value)),
    delete: (keys) => outgoing(() => files.delete(keys)),
    list: (options) => outgoing(() => files.list(options)),
    createMultipartUpload: async (key) => gatedUpload(await outgoing(() => files.createMultipartUpload(key))),
    resumeMultipartUpload: (key, uploadId) => gatedUpload(files.resumeMultipartUpload(key, uploadId)),
  };
}
