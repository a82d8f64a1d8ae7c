/** The query cache. The live stream keeps it true, so nothing is asked for again on focus or by a clock. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem } from "./api/http.ts";

const RETRIES = 2;
/** Views for people who are not signed in. */
const DOORS = ["/sign-in", "/set-up", "/join"];

/** A session that ended leads back to sign-in, and from there to this view. Routes ask for `me` themselves. */
function signInAgain(error: Error, key?: readonly unknown[]): void {
  const { pathname, search } = window.location;
  if (asProblem(error).status !== 401 || key?.[0] === "me" || DOORS.includes(pathname)) return;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}

export const client = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => signInAgain(error, query.queryKey) }),
  mutationCache: new MutationCache({ onError: (error) => signInAgain(error) }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < RETRIES && [0, 502, 503, 504].includes(asProblem(error).status),
    },
  },
});
