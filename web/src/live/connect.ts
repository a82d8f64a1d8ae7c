/**
 * One event stream for the session. The browser resumes a dropped stream itself (Last-Event-ID);
 * a stream that was refused is opened again here, a little later each time.
 */
import { EVENTS, isResumed, type News, readNews } from "./news.ts";

export type Connection = "connecting" | "live" | "reconnecting";

export interface LiveHandlers {
  readonly open: () => EventSource;
  readonly news: (news: News) => void;
  /** A stream began without a place to resume from: what was fetched before may be old. */
  readonly hello: () => void;
  readonly state: (state: Connection) => void;
}

const FIRST_RETRY = 500;
const LAST_RETRY = 15_000;

/** Follows the stream until the returned function is called. */
export function connectLive(handlers: LiveHandlers): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry = FIRST_RETRY;

  const start = () => {
    source = handlers.open();
    source.onopen = () => {
      retry = FIRST_RETRY;
      handlers.state("live");
    };
    source.onerror = () => {
      handlers.state("reconnecting");
      if (source.readyState !== CLOSED) return;
      timer = setTimeout(start, retry);
      retry = Math.min(retry * 2, LAST_RETRY);
    };
    source.addEventListener("hello", ({ data }: MessageEvent<string>) => {
      if (!isResumed(data)) handlers.hello();
    });
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => handlers.news(readNews(event, data)));
    }
  };

  handlers.state("connecting");
  start();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** EventSource.CLOSED, by value: the class itself is not there where the tests run. */
const CLOSED = 2;
