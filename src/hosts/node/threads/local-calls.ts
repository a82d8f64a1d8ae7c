/** Calls to objects on this very thread: as cloned, as late and as stripped of their class as any other. */
import { copied, type ObjectRuntime } from "../objects/runtime.ts";
import { fromWire, toWire } from "./protocol.ts";

export function callLocally(
  runtime: ObjectRuntime,
  binding: string,
  name: string,
  method: string,
  args: unknown[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const copy = structuredClone(args);
    queueMicrotask(() => {
      runtime.call(binding, name, method, copy, copied, (error, value) =>
        error ? reject(fromWire(toWire(error))) : resolve(value),
      );
    });
  });
}
