import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { preview } from "../api/segments.ts";
import { useNews } from "../live/LiveProvider.tsx";
import type { News } from "../live/news.ts";
import { Soon } from "../live/soon.ts";
import { NO_PREVIEW, type PreviewState, Previews } from "./previews.ts";
import type { Read } from "./toQuery.ts";
import { datasetsRead, type Vocabulary } from "./vocabulary.ts";

/** Milliseconds without an edit until the count is asked for. */
const PAUSE = 120;
/** Until something that is being built is asked for again. */
const BUILD_PAUSE = 1_000;
/** At most this often is it asked for because the data changed. */
const DATA_PAUSE = 800;

/** The count and sample of what is built, following every edit and every change of the data. */
export function usePreview(vocabulary: Vocabulary, { query, incomplete }: Read): PreviewState {
  const { datasetId } = vocabulary;
  const [state, setState] = useState<PreviewState>(NO_PREVIEW);
  const previews = useRef<Previews>(null);

  useEffect(() => {
    const runner = new Previews({
      ask: (question, signal) => preview({ dataset_id: datasetId, query: question }, signal),
      later: (task, wait) => {
        const timer = setTimeout(task, wait === "edit" ? PAUSE : BUILD_PAUSE);
        return () => clearTimeout(timer);
      },
      changed: setState,
    });
    previews.current = runner;
    return () => runner.stop();
  }, [datasetId]);

  const said = JSON.stringify(query);
  const isComplete = incomplete.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the query says counts, not which object says it
  useEffect(() => {
    if (isComplete) previews.current?.edit(query);
    else previews.current?.hold();
  }, [datasetId, said, isComplete]);

  const soon = useRef(new Soon());
  useEffect(() => () => soon.current.cancel(), []);
  const read = useMemo(() => datasetsRead(vocabulary), [vocabulary]);
  const heard = useCallback(
    ({ event, data }: News) => {
      const concerns = (event === "dataset" || event === "segment") && read.has(data.dataset_id);
      if (concerns) soon.current.run("preview", DATA_PAUSE, () => previews.current?.refresh());
    },
    [read],
  );
  useNews(heard);
  return state;
}
