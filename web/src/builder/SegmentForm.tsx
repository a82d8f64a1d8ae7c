/** A segment being made or changed: its name, its conditions, and how many match right now. */
import { Button, Group, Modal, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import type { Dataset } from "../api/datasets.ts";
import { asProblem } from "../api/http.ts";
import type { QueryGroup } from "../api/segments.ts";
import { membersQuery } from "../api/workspace.ts";
import { Page } from "../parts/Page.tsx";
import { Failed } from "../parts/States.tsx";
import { COMMAND } from "../shell/Menu.tsx";
import { EMPTY_TREE, fromQuery, type Path, pathOfProblem, type Tree, toQuery } from "./adapter.ts";
import { Builder } from "./Builder.tsx";
import { CountPanel } from "./CountPanel.tsx";
import { usePreview } from "./usePreview.ts";

export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner_id: string | null;
  readonly query: QueryGroup;
}

interface SegmentFormProps {
  readonly title: string;
  readonly crumbs: readonly { label: string; to: string }[];
  readonly dataset: Dataset;
  readonly start?: Draft;
  /** Which file it is over, where that can be chosen. */
  readonly over?: ReactNode;
  readonly save: (draft: Draft) => Promise<() => void>;
  readonly cancel: () => void;
}

export function SegmentForm({ title, crumbs, dataset, start, over, save, cancel }: SegmentFormProps) {
  const form = useDraft(dataset, start, save);
  const preview = usePreview(dataset, form.read);
  const problemAt = useProblems(form, preview.problem);
  const { incomplete } = form.read;
  const isIncomplete = useCallback((path: Path) => has(incomplete, path), [incomplete]);
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
          <Builder
            dataset={dataset}
            tree={form.tree}
            change={form.setTree}
            problemAt={problemAt}
            isIncomplete={isIncomplete}
          />
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

function useDraft(dataset: Dataset, start: Draft | undefined, save: SegmentFormProps["save"]) {
  const [name, setName] = useState(start?.name ?? "");
  const [description, setDescription] = useState(start?.description ?? "");
  const [tags, setTags] = useState<readonly string[]>(start?.tags ?? []);
  const [owner, setOwner] = useState(start?.owner_id ?? null);
  const [tree, setTree] = useState<Tree>(() => (start ? fromQuery(start.query) : EMPTY_TREE));
  const [state, setState] = useState<{ tried: boolean; saving: boolean; error: unknown }>(IDLE);
  const read = useMemo(() => toQuery(tree, dataset.fields), [tree, dataset.fields]);
  const draft: Draft = { name: name.trim(), description, tags, owner_id: owner, query: read.query };
  const said = JSON.stringify(draft);
  const first = useRef(said);
  const saved = useRef(false);

  const submit = async () => {
    if (state.saving) return;
    const missing = draft.name === "" ? NO_NAME : read.incomplete.length > 0 ? NO_VALUE : null;
    if (missing) return setState({ tried: true, saving: false, error: new Error(missing) });
    setState({ tried: true, saving: true, error: null });
    try {
      const leave = await save(draft);
      saved.current = true;
      leave();
    } catch (error) {
      setState({ tried: true, saving: false, error });
    }
  };
  const isDirty = useCallback(() => !saved.current && said !== first.current, [said]);
  return {
    ...{ name, description, tags, owner, tree, read, ...state },
    ...{ setName, setDescription, setTags, setOwner, setTree, submit, isDirty },
  };
}

const IDLE = { tried: false, saving: false, error: null };
const NO_NAME = "Give it a name first: that is how people and programs find it.";
const NO_VALUE = "A condition has no value yet. Complete it or remove it.";

/** What is wrong at a rule: by the program's answer, or a value that is still missing when it was to be saved. */
function useProblems(form: ReturnType<typeof useDraft>, previewProblem: ReturnType<typeof usePreview>["problem"]) {
  const problem = previewProblem ?? (form.error === null ? null : asProblem(form.error));
  const { incomplete } = form.read;
  return useCallback(
    (path: Path) => {
      const at = path.join(".");
      if (problem && pathOfProblem(problem.path)?.join(".") === at) return problem.detail;
      if (form.tried && has(incomplete, path)) return "Something is missing here.";
      return null;
    },
    [problem, incomplete, form.tried],
  );
}

const has = (paths: readonly Path[], path: Path) => paths.some((known) => known.join(".") === path.join("."));

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

/** Asks before what was built is lost. */
function Unsaved({ isDirty }: { isDirty: () => boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <Modal opened={status === "blocked"} onClose={() => reset?.()} title="Leave without saving?" size="sm">
      <p className="faint">What you changed here is lost then.</p>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
