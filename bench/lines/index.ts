/** The lines in the order in which they run: the import first, as the others go on with its data. */
import type { Context } from "../lib/context.ts";
import type { Line, LineResult } from "../lib/line.ts";
import * as preview from "./a-preview.ts";
import * as live from "./b-live.ts";
import * as batches from "./c-batches.ts";
import * as bulkImport from "./d-import.ts";
import * as segments from "./e-segments.ts";
import * as crowd from "./f-crowd.ts";

export interface RunnableLine extends Line {
  run(context: Context): Promise<LineResult>;
}

export const LINES: readonly RunnableLine[] = [bulkImport, preview, segments, live, batches, crowd];
