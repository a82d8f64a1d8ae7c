/** What the segment meant before: who changed it, when, and which words. Any version can be restored. */
import "./versions.css";
import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Fragment } from "react";
import type { Segment } from "../api/segments.ts";
import { restoreVersion, type Version, versionsQuery } from "../api/versions.ts";
import { sayProblem } from "../parts/notify.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { sayWithUndo } from "../parts/undo.tsx";
import { When } from "../parts/When.tsx";
import { wordDiff } from "./wordDiff.ts";

export function Versions({ segment, mayWrite }: { segment: Segment; mayWrite: boolean }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(versionsQuery(segment.id));
  const restore = useRestore(segment);
  if (error) return <Failed what="The versions could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={4} columns={2} />;
  const versions = data.pages.flatMap((page) => page.data);
  const current = versions[0]?.number;
  return (
    <>
      <ol className="versions" aria-label="Versions">
        {versions.map((version, i) => (
          <li key={version.number} aria-label={`Version ${version.number}`}>
            <div className="version-head">
              <strong>Version {version.number}</strong>
              <span className="faint">
                <When at={version.at} />
                {version.author ? `, ${version.author.email}` : ", by Cutty itself"}
              </span>
              {version.number === current && <span className="chip version-now">now</span>}
              {version.number !== current && mayWrite && !version.error && (
                <Button
                  className="version-now"
                  variant="subtle"
                  size="compact-sm"
                  loading={restore.isPending && restore.variables.number === version.number}
                  onClick={() => restore.mutate({ number: version.number, instead: current })}
                >
                  Restore
                </Button>
              )}
            </div>
            <Changed version={version} before={versions[i + 1]} />
            {version.error && <p className="faint">It cannot be restored. {version.error}</p>}
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="subtle" mt="md" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function useRestore(segment: Segment) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ number }: { number: number; instead: number | undefined }) => restoreVersion(segment.id, number),
    onSuccess: (changed, { number, instead }) => {
      client.setQueryData(["segment", segment.id], changed);
      for (const key of ["versions", "plan", "members", "activity", "reasons"]) {
        void client.invalidateQueries({ queryKey: [key, segment.id] });
      }
      if (instead === undefined) return;
      sayWithUndo(`Version ${number} is what “${segment.name}” means again`, () =>
        mutation.mutate({ number: instead, instead: undefined }),
      );
    },
    onError: (error) => sayProblem("Not restored", error),
  });
  return mutation;
}

function Changed({ version, before }: { version: Version; before: Version | undefined }) {
  if (!before) return <p className="version-words sentence">{version.words}</p>;
  if (version.words === "" || before.words === "") return <Listed version={version} />;
  return (
    <p className="version-words">
      {wordDiff(before.words, version.words).map(({ kind, text }, i) => {
        const Tag = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence have no other identity
          <Fragment key={i}>
            <Tag>{text}</Tag>{" "}
          </Fragment>
        );
      })}
    </p>
  );
}

/** Where one of the two no longer reads as a sentence: what changed, one by one. */
function Listed({ version: { difference } }: { version: Version }) {
  return (
    <ul className="version-words version-list">
      {difference.map(({ path, change, before, after }) => (
        <li key={`${change} ${path}`}>
          {before && <del>{before}</del>} {after && <ins>{after}</ins>}
        </li>
      ))}
    </ul>
  );
}
