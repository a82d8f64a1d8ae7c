/** A worker thread's entry: everything else is imported once the compile cache is on. */
import { cacheCompiledCode, keepCompiledCode } from "../compile-cache.ts";

cacheCompiledCode();
await import("./worker.ts");
keepCompiledCode();
