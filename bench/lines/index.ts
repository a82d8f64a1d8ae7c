/** The lines in the order in which they run: the import first, as the others go on with its data. */
import type { Context } from "../lib/context.ts";
import type { Line, LineResult } from "../lib/line.ts";
import * as preview from "./a-preview.ts";
import * as live from "./b-live.ts";
import * as batches from "./c-batches.ts";
import * as bulkImport from "./d-import.ts";
import * as segments from "./e-segments.ts";
import * as crowd from "./f-crowd.ts";
import * as windows from "./g-windows.ts";
import * as related from "./h-related.ts";
import * as memory from "./i-memory.ts";
import * as overlap from "./j-overlap.ts";
import * as growth from "./k-growth.ts";

export interface RunnableLine extends Line {
  run(context: Context): Promise<LineResult>;
}

/** `memory` imports the purchases, which `related` then finds; `growth` makes folders of its own. */
export const LINES: readonly RunnableLine[] = [
  ...[bulkImport, preview, overlap, segments, live, batches, crowd, windows, memory, related, growth],
];
