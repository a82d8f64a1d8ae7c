/** A request to an object of this thread. Its answer's body is gated too, and holds the object until it ends. */
import type { LiveObject } from "./live-object.ts";
import type { ObjectRuntime } from "./runtime.ts";

export function fetchLocally(
  runtime: ObjectRuntime,
  binding: string,
  name: string,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const object = runtime.object(binding, name);
    object.deliver(
      (handlers) => {
        if (!handlers.fetch) throw new Error(`${binding} does not answer fetch`);
        return handlers.fetch(request);
      },
      (response) => gatedResponse(object, response as Response),
      (error, response) => (error ? reject(error) : resolve(response as Response)),
    );
  });
}

function gatedResponse(object: LiveObject, response: Response): Response {
  return response.body ? new Response(gatedBody(object, response.body), response) : response;
}

/** Each chunk waits for the commit of what was written before it was read. */
function gatedBody(object: LiveObject, body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  object.hold();
  let open = true;
  let forget = () => {};
  const end = () => {
    if (open) object.release();
    open = false;
    forget();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        forget = object.onDeath((error) => {
          end();
          controller.error(error);
        });
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end();
            controller.close();
            return;
          }
          if (object.isHeldBack) await object.mayLeave();
          if (open) controller.enqueue(value);
        } catch (error) {
          if (!open) return;
          end();
          controller.error(error);
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
