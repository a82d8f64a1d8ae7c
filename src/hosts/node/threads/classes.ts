import type { Program } from "../../../platform/program.ts";
import type { ObjectClass } from "../objects/live-object.ts";

/** The program's classes that live on the main thread, or on worker threads. */
export function objectClasses(program: Program, thread: "worker" | "main"): Map<string, ObjectClass> {
  const bindings = Object.entries(program.objects).filter(([, binding]) => binding.thread === thread);
  return new Map(
    bindings.map(([name, { class: make, sends_before_sync = false }]) => [
      name,
      { make, sendsBeforeSync: sends_before_sync },
    ]),
  );
}
