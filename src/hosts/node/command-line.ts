/** The command line: settings in, a server that stops at a signal out. */
import { keepCompiledCode } from "./compile-cache.ts";
import { DataFolderInUse } from "./lock.ts";
import { startServer } from "./server.ts";
import { settingsFrom } from "./settings.ts";
import { surviveStrayErrors } from "./stray-errors.ts";

async function main(): Promise<void> {
  const demo = process.argv.includes("--demo") ? await import("./demo.ts") : null;
  const settings = settingsFrom(demo ? demo.demoEnvironment(process.env) : process.env);
  const server = await startServer(settings);
  surviveStrayErrors();
  let endDemo = async () => {};
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const ended = endDemo().then(() => server.close());
    ended.then(
      () => process.exit(0),
      (error) => fail(error),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  keepCompiledCode();
  console.log(`Cutty is ready at ${server.url}`);
  if (demo) {
    const { program, env } = server.host;
    const createSignInToken = async () => (await program.createSignInToken?.(env)) ?? "";
    const publicUrl = env.PUBLIC_URL ?? server.url;
    const now = () => Date.now() + Number(env.CLOCK_OFFSET_MS ?? 0);
    const running = demo.startDemo({ url: server.url, publicUrl, createSignInToken, now, print: console.log });
    endDemo = () => running.stop();
  }
}

function fail(error: unknown): never {
  if (error instanceof DataFolderInUse) console.error(error.message);
  else console.error(error);
  process.exit(1);
}

main().catch(fail);
