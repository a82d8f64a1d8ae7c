/** What is being made of a segment, until it is saved. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { QueryGroup } from "../api/segments.ts";
import { fromQuery } from "./fromQuery.ts";
import { toQuery } from "./toQuery.ts";
import { EMPTY_TREE, type Tree } from "./tree.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner_id: string | null;
  readonly query: QueryGroup;
}

export type DraftForm = ReturnType<typeof useDraft>;

/** `save` answers how to leave the view once nothing is unsaved any more. */
export function useDraft(
  vocabulary: Vocabulary,
  start: Draft | undefined,
  save: (draft: Draft) => Promise<() => void>,
) {
  const [name, setName] = useState(start?.name ?? "");
  const [description, setDescription] = useState(start?.description ?? "");
  const [tags, setTags] = useState<readonly string[]>(start?.tags ?? []);
  const [owner, setOwner] = useState(start?.owner_id ?? null);
  const [tree, setTree] = useState<Tree>(() => (start ? fromQuery(start.query) : EMPTY_TREE));
  const [state, setState] = useState<{ tried: boolean; saving: boolean; error: unknown }>(IDLE);
  const read = useMemo(() => toQuery(tree, vocabulary), [tree, vocabulary]);
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
  // What was said about an earlier draft is no longer true of this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the draft's words count, not which object says them
  useEffect(() => setState((now) => (now.error === null ? now : { ...now, error: null })), [said]);

  const isDirty = useCallback(() => !saved.current && said !== first.current, [said]);
  return {
    ...{ name, description, tags, owner, tree, read, ...state },
    ...{ setName, setDescription, setTags, setOwner, setTree, submit, isDirty },
  };
}

const IDLE = { tried: false, saving: false, error: null };
const NO_NAME = "Give it a name first: that is how people and programs find it.";
const NO_VALUE = "A condition has no value yet. Complete it or remove it.";
