/** What could stand where a formula is being typed: fields, looked-up fields and functions. */
import type { Vocabulary } from "../vocabulary.ts";

export interface Completion {
  readonly label: string;
  /** What is put in. */
  readonly insert: string;
  readonly about: string;
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = new Set(["and", "or", "not", "true", "false", "if"]);

const quoted = (name: string) => `\`${name}\``;
export const nameInFormula = (name: string) => (PLAIN.test(name) && !RESERVED.has(name) ? name : quoted(name));

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

/** The name that ends at the caret; null inside a text, and where no name stands. */
export function typedBefore(formula: string, caret: number): Typed | null {
  const before = formula.slice(0, caret);
  const [name = ""] = /(?:`[^`]*`\.)?`[^`]*$|[\p{L}_][\p{L}\p{N}_]*$/u.exec(withoutTexts(before)) ?? [];
  return name === "" ? null : { from: caret - name.length, text: before.slice(caret - name.length) };
}

/** Texts are blanked, one that is still open to its end, so that no name is seen in them. */
const withoutTexts = (formula: string) =>
  formula.replace(/`[^`]*`?|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/g, (piece) =>
    piece.startsWith("`") ? piece : " ".repeat(piece.length),
  );

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
