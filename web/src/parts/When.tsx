/** A moment as "12 s ago" that keeps itself true, with the exact time on hover. One clock for all of them. */
import { useSyncExternalStore } from "react";
import { formatAgo, formatWhen } from "./format.ts";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

export function When({ at, never = "never" }: { at: string | null | undefined; never?: string }) {
  const shown = useSyncExternalStore(subscribe, () => (at ? formatAgo(at, Math.max(now, Date.now() - 1_000)) : never));
  if (!at) return <span>{never}</span>;
  return (
    <time dateTime={at} title={formatWhen(at)}>
      {shown}
    </time>
  );
}
