/**
 * The server's end of a WebSocket. It belongs to its object by name, not to the instance: an evicted object
 * gets its messages still, and finds it again in `getWebSockets`.
 */
import { serialize } from "node:v8";
import type { RawData, WebSocket } from "ws";
import type { PlatformWebSocket } from "../../../platform/types.ts";

const LARGEST_ATTACHMENT = 16_384;
const CONNECTING = 0;
const CLOSED = 3;

/** What happens on the wire, told to the owner. */
export interface SocketEvents {
  message(message: string | ArrayBuffer): void;
  close(code: number, reason: string, wasClean: boolean): void;
  error(error: unknown): void;
}

export class NodeSocket implements PlatformWebSocket {
  #wire: WebSocket | null = null;
  #events: SocketEvents | null = null;
  /** Runs an effect once the owner's writes are durable; drops it when they are lost. */
  #gate: ((effect: () => void) => void) | null = null;
  /** What was sent before the handshake. */
  #early: ((wire: WebSocket) => void)[] = [];
  #attachment: unknown = null;
  tags: readonly string[] = [];

  get readyState(): number {
    return this.#wire?.readyState ?? CONNECTING;
  }

  /** Makes it the object's. */
  accept(tags: readonly string[], events: SocketEvents, gate: (effect: () => void) => void): void {
    if (this.#events) throw new Error("the socket was accepted already");
    if (tags.length > 10 || tags.some((tag) => tag.length > 256))
      throw new Error("a socket has at most 10 tags of 256 characters");
    this.#events = events;
    this.#gate = gate;
    this.tags = tags;
  }

  send(message: string | ArrayBuffer): void {
    const copy = typeof message === "string" ? message : message.slice(0);
    this.#effect((wire) => wire.send(copy));
  }

  close(code?: number, reason?: string): void {
    this.#effect((wire) => wire.close(code === 1005 || code === 1006 ? undefined : code, reason));
  }

  serializeAttachment(value: unknown): void {
    const size = serialize(value).byteLength;
    if (size > LARGEST_ATTACHMENT) throw new Error(`the attachment has ${size} bytes, at most ${LARGEST_ATTACHMENT}`);
    this.#attachment = structuredClone(value);
  }

  deserializeAttachment(): unknown {
    return structuredClone(this.#attachment);
  }

  /** The handshake is done. */
  attach(wire: WebSocket): void {
    this.#wire = wire;
    const events = this.#events;
    if (!events) {
      wire.close(1011, "nobody accepted the socket");
      return;
    }
    wire.on("message", (data: RawData, isBinary: boolean) => events.message(isBinary ? asBuffer(data) : String(data)));
    wire.on("error", (error) => events.error(error));
    wire.on("close", (code, reason) => events.close(code, String(reason), code !== 1006));
    for (const effect of this.#early.splice(0)) effect(wire);
  }

  #effect(effect: (wire: WebSocket) => void): void {
    if (!this.#gate) throw new Error("accept the socket first");
    if (this.readyState === CLOSED) return;
    this.#gate(() => (this.#wire ? effect(this.#wire) : this.#early.push(effect)));
  }
}

function asBuffer(data: RawData): ArrayBuffer {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return new Uint8Array(bytes).buffer;
}
