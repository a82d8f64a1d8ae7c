/** How the page names types and the states of imports. */
import type { FieldType } from "../api/datasets.ts";
import type { Import, ImportMode } from "../api/imports.ts";
import type { Tone } from "../parts/Status.tsx";

export const TYPES: readonly { value: FieldType; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "True or false" },
  { value: "date", label: "Date" },
  { value: "datetime", label: "Date and time" },
  { value: "text_array", label: "List of texts" },
];

export const typeLabel = (type: FieldType) => TYPES.find(({ value }) => value === type)?.label ?? type;

/** The formats of dates that the program reads, each as the same day. */
export const DATE_FORMATS = [
  { value: "y-m-d", label: "2026-11-21" },
  { value: "y/m/d", label: "2026/11/21" },
  { value: "y.m.d", label: "2026.11.21" },
  { value: "d-m-y", label: "21-11-2026" },
  { value: "d/m/y", label: "21/11/2026" },
  { value: "d.m.y", label: "21.11.2026" },
  { value: "m-d-y", label: "11-21-2026" },
  { value: "m/d/y", label: "11/21/2026" },
  { value: "m.d.y", label: "11.21.2026" },
  { value: "d mon y", label: "21 Nov 2026" },
  { value: "d-mon-y", label: "21-Nov-2026" },
  { value: "mon d, y", label: "Nov 21, 2026" },
] as const;

/** What a date is taken for unless something else is said. */
export const PLAIN_DATE = DATE_FORMATS[0].value;

export const MODES: readonly { value: ImportMode; label: string; says: string }[] = [
  {
    value: "upsert",
    label: "Update and add",
    says: "Rows with a known key are updated, new ones are added. Nothing is removed.",
  },
  { value: "append", label: "Add only", says: "New rows are added. A row whose key is known already is rejected." },
  {
    value: "replace",
    label: "Replace",
    says: "Afterwards the file's rows are all there is: rows that it lacks are removed.",
  },
];

const WORDS = { queued: "Waiting", running: "Importing", done: "Imported", failed: "Failed", cancelled: "Cancelled" };
const TONES = { queued: "busy", running: "busy", done: "good", failed: "bad", cancelled: "off" } as const;

export const importWord = (job: Pick<Import, "status">) => WORDS[job.status];
export const importTone = (job: Pick<Import, "status" | "rejected">): Tone =>
  job.status === "done" && job.rejected > 0 ? "wait" : TONES[job.status];
