/** The query cache. The live stream keeps it true, so nothing is asked for again on focus or by a clock. */
import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./api/http.ts";

const RETRIES = 2;

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < RETRIES && [0, 502, 503, 504].includes(asProblem(error).status),
    },
  },
});
