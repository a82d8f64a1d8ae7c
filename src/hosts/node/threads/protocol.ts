/** What the main thread and the worker threads say to each other. Values cross as structured clones. */
export interface CallMessage {
  readonly type: "call";
  readonly id: number;
  readonly binding: string;
  readonly name: string;
  readonly method: string;
  readonly args: unknown[];
}

export type AnswerMessage =
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: WireError };

export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
}

export type ToWorker = CallMessage | AnswerMessage | { readonly type: "close" };
export type ToMain = CallMessage | AnswerMessage | { readonly type: "ready" } | { readonly type: "closed" };

/** Worker threads reach D1 under this binding name. */
export const D1_BINDING = "$d1";
/** What the host itself asks of a thread: its open databases and its commits. */
export const HOST_BINDING = "$host";

/** Sends a call and gives its answer. */
export type Call = (binding: string, name: string, method: string, args: unknown[]) => Promise<unknown>;

const STANDARD_ERRORS: Record<string, new (message: string) => Error> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

export function toWire(error: Error): WireError {
  return { name: error.name, message: error.message, retryable: "retryable" in error && error.retryable === true };
}

/** As on Cloudflare: the message and a standard class cross, nothing else does. */
export function fromWire({ name, message, retryable }: WireError): Error {
  const error = new (STANDARD_ERRORS[name] ?? Error)(message);
  return Object.assign(error, { remote: true }, retryable ? { retryable: true } : {});
}
