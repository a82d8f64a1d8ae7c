/** Server-sent events on the wire, and the cursor in their `id`. */
export interface Cursor {
  readonly epoch: string;
  readonly number: number;
}

const CURSOR = /^([0-9a-f]{1,32})-(\d{1,15})$/;
const encoder = new TextEncoder();

export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}-${cursor.number}`;
}

/** Null when it is not one of ours. */
export function parseCursor(text: string): Cursor | null {
  const match = CURSOR.exec(text);
  return match?.[1] && match[2] ? { epoch: match[1], number: Number(match[2]) } : null;
}

/** `data` is JSON, which has no line breaks. */
export function frame(event: string, id: string, data: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${data}\n\n`;
}

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Browsers come back after so many milliseconds. */
export const RETRY = "retry: 1000\n";
export const HEARTBEAT = encoder.encode(": still here\n\n");
