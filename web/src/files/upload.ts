/**
 * Files on their way up, in parts. Lives outside the views, so that leaving a view does not stop it, and
 * remembers unfinished uploads by the file's name, size and date, so that dropping the file again goes on.
 */
import { ApiError, asProblem, type Problem } from "../api/http.ts";
import { completeUpload, createUpload, getUpload, putPart } from "../api/uploads.ts";
import { missingParts, type Part, partsOf } from "./parts.ts";

export interface Sending {
  readonly file_name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly status: "sending" | "sent" | "failed";
  readonly problem: Problem | null;
}

const AT_ONCE = 2;
const ATTEMPTS = 4;

const sendings = new Map<string, Sending>();
const files = new Map<string, File>();
const listeners = new Set<() => void>();

export const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
export const sendingOf = (id: string) => sendings.get(id);

/** Begins (or goes on with) an upload; answers its id as soon as it has one. */
export async function beginUpload(file: File): Promise<string> {
  return (await start(file)).id;
}

/** Sends a file that was sent before: an upload can be imported once. Answers the new upload's id when it is whole. */
export async function sendAgain(uploadId: string): Promise<string> {
  const file = files.get(uploadId);
  if (!file) throw new Error("The page does not have the file any more. Choose it again.");
  const { id, sent } = await start(file);
  await sent;
  const problem = sendings.get(id)?.problem;
  if (problem) throw new ApiError(problem);
  return id;
}

/** Whether the page still has the file of an upload. */
export const hasFile = (uploadId: string) => files.has(uploadId);

async function start(file: File): Promise<{ id: string; sent: Promise<void> }> {
  const known = await unfinished(file);
  const upload = known ?? (await createUpload({ file_name: file.name, bytes: file.size }));
  remember(file, upload);
  files.set(upload.id, file);
  return { id: upload.id, sent: send(upload.id, file, upload.part_bytes, known?.done ?? []) };
}

async function send(id: string, file: File, partBytes: number, done: readonly Part[]): Promise<void> {
  const stop = new AbortController();
  const sentOf = new Map(done.map(({ part, bytes }) => [part, bytes]));
  const tell = (change: Partial<Sending> = {}) => {
    const sent = [...sentOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    sendings.set(id, { file_name: file.name, bytes: file.size, sent, status: "sending", problem: null, ...change });
    for (const listener of listeners) listener();
  };
  const waiting = missingParts(partsOf(file.size, partBytes), done);
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const { part: n, from, bytes } = part;
      const progress = (sent: number) => {
        sentOf.set(n, sent);
        tell();
      };
      await withRetries(() => putPart(id, n, file.slice(from, from + bytes), progress, stop.signal));
      progress(bytes);
    }
  };
  tell();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await completeUpload(id);
    forget(file);
    tell({ sent: file.size, status: "sent" });
  } catch (error) {
    stop.abort();
    tell({ status: "failed", problem: asProblem(error) });
  }
}

async function withRetries(task: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      const { status } = asProblem(error);
      const mayPass = status === 0 || status === 429 || status >= 500;
      if (!mayPass || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}

interface Remembered {
  readonly id: string;
  readonly part_bytes: number;
}

const nameOf = (file: File) => `cutty upload ${file.name} ${file.size} ${file.lastModified}`;

const remember = (file: File, { id, part_bytes }: Remembered) =>
  localStorage.setItem(nameOf(file), JSON.stringify({ id, part_bytes }));

const forget = (file: File) => localStorage.removeItem(nameOf(file));

async function unfinished(file: File): Promise<(Remembered & { done: readonly Part[] }) | null> {
  const text = localStorage.getItem(nameOf(file));
  if (!text) return null;
  const known = JSON.parse(text) as Remembered;
  const upload = await getUpload(known.id).catch(() => null);
  if (upload?.status === "open") return { ...known, done: upload.parts };
  forget(file);
  return null;
}
