/** `npm start`, and `npm run demo` with `--demo`. Everything else is imported once the compile cache is on. */
import { cacheCompiledCode } from "./compile-cache.ts";

cacheCompiledCode();
await import("./command-line.ts");
