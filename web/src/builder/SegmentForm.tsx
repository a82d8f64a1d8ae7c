/** A segment being made or changed: its name, its conditions, and how many match right now. */
import { Button, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Dataset } from "../api/datasets.ts";
import { asProblem } from "../api/http.ts";
import { membersQuery } from "../api/workspace.ts";
import { Page } from "../parts/Page.tsx";
import { Failed } from "../parts/States.tsx";
import { COMMAND } from "../shell/Menu.tsx";
import { Builder } from "./Builder.tsx";
import { CountPanel } from "./CountPanel.tsx";
import { pathOfProblem } from "./marks.ts";
import { Unsaved } from "./Unsaved.tsx";
import { type Draft, useDraft } from "./useDraft.ts";
import { useMarks } from "./useMarks.ts";
import { usePreview } from "./usePreview.ts";
import { useVocabulary } from "./useVocabulary.ts";

interface SegmentFormProps {
  readonly title: string;
  readonly crumbs: readonly { label: string; to: string }[];
  readonly dataset: Dataset;
  /** The segment that is edited. */
  readonly segmentId?: string;
  readonly start?: Draft;
  /** Which file it is over, where that can be chosen. */
  readonly over?: ReactNode;
  readonly save: (draft: Draft) => Promise<() => void>;
  readonly cancel: () => void;
}

export function SegmentForm({ title, crumbs, dataset, segmentId, start, over, save, cancel }: SegmentFormProps) {
  const vocabulary = useVocabulary(dataset);
  const form = useDraft(vocabulary, start, save);
  const preview = usePreview(vocabulary, form.read);
  const marks = useMarks(form, preview.problem);
  useHotkeys(
    [
      ["mod+S", () => void form.submit()],
      ["Escape", (event) => !event.defaultPrevented && !isInside(event.target) && cancel()],
    ],
    [],
  );
  return (
    <Page
      title={title}
      crumbs={crumbs}
      wide
      heading={
        <TextInput
          variant="unstyled"
          className="segment-name"
          aria-label="Name of the segment"
          placeholder="Name this segment"
          value={form.name}
          onChange={(event) => form.setName(event.currentTarget.value)}
          autoFocus={!start}
          data-missing={(form.tried && form.name.trim() === "") || undefined}
        />
      }
      actions={
        <>
          <Button variant="subtle" color="gray" onClick={cancel}>
            Cancel
          </Button>
          <Button
            onClick={() => void form.submit()}
            loading={form.saving}
            rightSection={<kbd className="on-accent">{COMMAND}S</kbd>}
          >
            Save
          </Button>
        </>
      }
    >
      {form.error !== null && !pathOfProblem(asProblem(form.error).path) && (
        <Failed what="Not saved." error={form.error} />
      )}
      <div className="segment-about">
        {over}
        <Textarea
          aria-label="Description"
          placeholder="What is it for?"
          autosize
          minRows={1}
          maxRows={4}
          value={form.description}
          onChange={(event) => form.setDescription(event.currentTarget.value)}
        />
        <TagsInput
          aria-label="Tags"
          placeholder={form.tags.length === 0 ? "Tags" : ""}
          value={[...form.tags]}
          onChange={form.setTags}
          acceptValueOnBlur
        />
        <Owner value={form.owner} change={form.setOwner} />
      </div>
      <div className="build">
        <section className="build-tree" aria-label="Conditions">
          <Builder vocabulary={vocabulary} self={segmentId} tree={form.tree} change={form.setTree} {...marks} />
          <p className="words" aria-live="polite">
            <span className="faint">In words</span>
            <span className="sentence">
              {form.tree.rules.length === 0
                ? `All rows of ${dataset.name}. Add a condition to say who belongs.`
                : (preview.answer?.words ?? "\u00a0")}
            </span>
          </p>
        </section>
        <CountPanel dataset={dataset} preview={preview} read={form.read} />
      </div>
      <Unsaved isDirty={form.isDirty} />
    </Page>
  );
}

/** Escape closes what is open before it leaves the view. */
function isInside(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role=dialog], [aria-expanded=true]") !== null;
}

function Owner({ value, change }: { value: string | null; change: (id: string | null) => void }) {
  const { data } = useQuery(membersQuery);
  return (
    <Select
      aria-label="Owner"
      placeholder="Owner"
      data={(data?.data ?? []).map(({ id, name, email }) => ({ value: id, label: name || email }))}
      value={value}
      onChange={change}
      clearable
    />
  );
}
