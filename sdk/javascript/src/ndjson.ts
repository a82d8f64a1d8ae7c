/** JSON values, one on each line, as their bytes come. */
import { CuttyError } from "./error.ts";
import { networkError } from "./transport.ts";

/**
 * Whoever stops early ends the answer. Throws `network_error` if the connection breaks, so that a part never looks like the whole.
 */
export async function* ndjson<T>(body: ReadableStream<Uint8Array>, signal?: AbortSignal): AsyncGenerator<T> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw networkError(cause);
      });
      const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as T;
      if (!done) continue;
      if (rest !== "") throw cutOff();
      return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function cutOff(): CuttyError {
  const detail = "The answer ended within a line. Make the call again.";
  return new CuttyError({ code: "network_error", detail });
}
