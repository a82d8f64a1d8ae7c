/** Keeps the session's one event stream open while somebody is signed in. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { address } from "../api/http.ts";
import { applyNews } from "./apply.ts";
import { type Connection, connectLive } from "./connect.ts";
import { moves } from "./moves.ts";
import type { News } from "./news.ts";
import { Soon } from "./soon.ts";

interface Live {
  readonly connection: Connection;
  /** Hears all news until the returned function is called. */
  readonly listen: (listener: (news: News) => void) => () => void;
}

const LiveContext = createContext<Live>({ connection: "connecting", listen: () => () => {} });

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const listeners = useMemo(() => new Set<(news: News) => void>(), []);

  useEffect(() => {
    const soon = new Soon();
    const stop = connectLive({
      open: () => new EventSource(address("/events")),
      news: (news) => {
        applyNews({ client, soon, moves }, news);
        for (const listener of listeners) listener(news);
      },
      hello: () => void client.invalidateQueries({ predicate: ({ state }) => state.fetchStatus === "idle" }),
      state: setConnection,
    });
    return () => {
      stop();
      soon.cancel();
    };
  }, [client, listeners]);

  const live = useMemo<Live>(() => {
    const listen = (listener: (news: News) => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    };
    return { connection, listen };
  }, [connection, listeners]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useConnection = () => useContext(LiveContext).connection;

/** Calls back on every piece of news while the component is there. */
export function useNews(listener: (news: News) => void): void {
  const { listen } = useContext(LiveContext);
  useEffect(() => listen(listener), [listen, listener]);
}
