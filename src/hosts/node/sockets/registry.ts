/** The sockets of the main thread's objects, by object. */
import type { PlatformWebSocket } from "../../../platform/types.ts";
import type { LiveObject } from "../objects/live-object.ts";
import type { ObjectRuntime } from "../objects/runtime.ts";
import { NodeSocket } from "./socket.ts";

/** Node's stand-in for Cloudflare's global: index 0 goes into the answer, index 1 to `acceptWebSocket`. */
class SocketPair {
  readonly 0: NodeSocket;
  readonly 1: NodeSocket;

  constructor() {
    this[1] = new NodeSocket();
    this[0] = this[1];
  }
}

export function provideWebSocketPair(): void {
  Object.assign(globalThis, { WebSocketPair: SocketPair });
}

const ignore = () => undefined;

export class SocketRegistry {
  readonly #sockets = new Map<string, Set<NodeSocket>>();
  readonly #runtime: () => ObjectRuntime;

  constructor(runtime: () => ObjectRuntime) {
    this.#runtime = runtime;
  }

  of(binding: string, name: string, tag?: string): PlatformWebSocket[] {
    const sockets = [...(this.#sockets.get(`${binding}/${name}`) ?? [])];
    return tag === undefined ? sockets : sockets.filter((socket) => socket.tags.includes(tag));
  }

  accept(object: LiveObject, socket: PlatformWebSocket, tags: readonly string[]): void {
    if (!(socket instanceof NodeSocket)) throw new TypeError("acceptWebSocket takes the server's end of a pair");
    const { binding, name } = object;
    const runtime = this.#runtime();
    const deliver = (work: Parameters<ObjectRuntime["deliver"]>[2]) =>
      runtime.deliver(binding, name, work, ignore, report);
    const events = {
      message: (message: string | ArrayBuffer) => deliver((handlers) => handlers.webSocketMessage?.(socket, message)),
      error: (error: unknown) => deliver((handlers) => handlers.webSocketError?.(socket, error)),
      close: (code: number, reason: string, wasClean: boolean) => {
        this.#forget(binding, name, socket);
        deliver((handlers) => handlers.webSocketClose?.(socket, code, reason, wasClean));
      },
    };
    socket.accept(tags, events, (effect) => runtime.whenMayLeave(binding, name, effect));
    const key = `${binding}/${name}`;
    this.#sockets.set(key, (this.#sockets.get(key) ?? new Set()).add(socket));
  }

  #forget(binding: string, name: string, socket: NodeSocket): void {
    const key = `${binding}/${name}`;
    const sockets = this.#sockets.get(key);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#sockets.delete(key);
  }
}

function report(error: Error | null): void {
  if (error) console.error("a socket's handler failed", error);
}
