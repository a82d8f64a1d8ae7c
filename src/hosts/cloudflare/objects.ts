/** Makes of one of the program's classes a Durable Object class that Cloudflare accepts. */
import { DurableObject } from "cloudflare:workers";
import type { PlatformEnv } from "../../platform/program.ts";
import type { ObjectState } from "../../platform/types.ts";

type Bindings<Env extends PlatformEnv> = Omit<Env, "fetch">;
type Method = (this: object, ...args: unknown[]) => unknown;

/** `env` as the program knows it. Inside an object, the platform's own output gate holds its `fetch`. */
export function programEnv<Env extends PlatformEnv>(bindings: Bindings<Env>): Env {
  const gated: typeof fetch = (input, init) => fetch(input, init);
  return { ...bindings, fetch: gated } as Env;
}

/**
 * The class's own methods, and only those, become RPC methods and handlers. Handlers it lacks must be absent:
 * their mere presence changes what Cloudflare does (an alarm handler, a close handler).
 */
export function durableObject<Env extends PlatformEnv>(
  Class: new (state: ObjectState, env: Env) => object,
): new (
  state: ObjectState,
  env: Bindings<Env>,
) => DurableObject {
  const instances = new WeakMap<object, object>();

  class Wrapped extends DurableObject<Bindings<Env>> {
    constructor(state: ObjectState, bindings: Bindings<Env>) {
      super(state, bindings);
      instances.set(this, new Class(state, programEnv<Env>(bindings)));
    }
  }

  for (const [name, method] of methodsOf(Class.prototype)) {
    const value = function (this: object, ...args: unknown[]) {
      const instance = instances.get(this);
      if (!instance) throw new TypeError(`${name} was called without its object`);
      return method.apply(instance, args);
    };
    Object.defineProperty(Wrapped.prototype, name, { value, configurable: true, writable: true });
  }
  return Wrapped;
}

/** Of the class and those it extends, the most derived first. */
function methodsOf(prototype: object): Map<string, Method> {
  const found = new Map<string, Method>();
  for (let level = prototype; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (name !== "constructor" && typeof value === "function" && !found.has(name)) found.set(name, value);
    }
  }
  return found;
}
