/**
 * A promise nobody awaits, a throw in a timer: on Cloudflare they are logged and the rest goes on. Node would
 * end the process, and with it every other object. What objects know is on disk, so going on is safe. Whoever read
 * what is printed may go: telling that to the same nobody would fail again, for ever.
 */
export function surviveStrayErrors(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.on("unhandledRejection", (reason) => console.error("a rejection was not handled", reason));
  process.on("uncaughtException", (error) => console.error("an error was not caught", error));
}
