/** What could stand where a formula is being typed: fields, looked-up fields and functions. */

import type { Vocabulary } from "../vocabulary.ts";
import { tokensOf } from "./tokens.ts";

export interface Completion {
  readonly label: string;
  /** What is put in. */
  readonly insert: string;
  readonly about: string;
}

const PLAIN = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const RESERVED = new Set(["and", "or", "not", "true", "false"]);

const quoted = (name: string) => `\`${name.replaceAll("`", "``")}\``;
const nameInFormula = (name: string) => (PLAIN.test(name) && !RESERVED.has(name.toLowerCase()) ? name : quoted(name));

export function completionsOf({ fields, lookups, functions }: Vocabulary): readonly Completion[] {
  return [
    ...fields.map(({ name, type }) => ({ label: name, insert: nameInFormula(name), about: type.replace("_", " ") })),
    ...lookups.flatMap(({ relation, fields }) =>
      fields.map(({ name, type }) => ({
        label: `${relation} › ${name}`,
        insert: `${quoted(relation)}.${quoted(name)}`,
        about: type.replace("_", " "),
      })),
    ),
    ...functions.map(({ name, signature }) => ({ label: `${name}()`, insert: `${name}(`, about: signature })),
  ];
}

export interface Typed {
  /** Where the name that is being typed begins. */
  readonly from: number;
  readonly text: string;
}

/** The name that ends at the caret and is not closed yet; null inside a text, and where no name stands. */
export function typedBefore(formula: string, caret: number): Typed | null {
  const before = tokensOf(formula.slice(0, caret));
  const last = before.at(-1);
  if (!last || !["name", "word"].includes(last.kind) || /^`[^`]*`$/.test(last.text)) return null;
  const [relation, dot] = before.slice(-3, -1);
  const isLookedUp = dot?.text === "." && relation?.kind === "name";
  const from = isLookedUp ? relation.at : last.at;
  return { from, text: formula.slice(from, caret) };
}

const SHOWN = 8;
const plain = (text: string) => text.replaceAll("`", "").toLowerCase();

/** Those that begin with what is typed, then those that hold it; nothing where it is whole already. */
export function matching(completions: readonly Completion[], { text }: Typed): readonly Completion[] {
  const wanted = plain(text);
  const begins = ({ label }: Completion) => label.toLowerCase().startsWith(wanted);
  const holds = ({ label, insert }: Completion) =>
    label.toLowerCase().includes(wanted) || plain(insert).includes(wanted);
  const found = [...completions.filter(begins), ...completions.filter((one) => !begins(one) && holds(one))];
  const [only] = found;
  return found.length === 1 && only?.insert === text ? [] : found.slice(0, SHOWN);
}
