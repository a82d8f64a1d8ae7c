/** Names in a formula's text: which are there, and the same text with other ones. Nothing else of it changes. */
import { ProblemError } from "../../platform/problem.ts";
import { RESERVED, writtenName } from "./syntax/names.ts";
import { type Token, tokensOf } from "./syntax/tokens.ts";

export interface NamesInFormula {
  /** The record's own fields. */
  readonly own: readonly string[];
  /** Looked-up ones. */
  readonly via: readonly { readonly relation: string; readonly field: string }[];
}

export interface FormulaRenames {
  readonly own?: ReadonlyMap<string, string>;
  /** By the name of the relation, before it was renamed. */
  readonly via?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly relations?: ReadonlyMap<string, string>;
}

type Named =
  | { readonly kind: "own"; readonly name: Token }
  | { readonly kind: "via"; readonly relation: Token; readonly name: Token };

/** The names of a text; none where it is not a formula's. */
function namesIn(source: string): Named[] {
  const tokens = safeTokens(source);
  const found: Named[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const [token, next, after] = [tokens[i] as Token, tokens[i + 1], tokens[i + 2]];
    if (!isName(token)) continue;
    const isPath = next?.kind === "symbol" && next.value === ".";
    if (isPath && after !== undefined && (after.kind === "word" || after.kind === "quoted")) {
      found.push({ kind: "via", relation: token, name: after });
      i += 2;
    } else if (!(token.kind === "word" && next?.kind === "symbol" && next.value === "(")) {
      found.push({ kind: "own", name: token });
    }
  }
  return found;
}

function safeTokens(source: string): readonly Token[] {
  try {
    return tokensOf({ source, path: "formula" });
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

function isName(token: Token): boolean {
  return token.kind === "quoted" || (token.kind === "word" && !RESERVED.has(token.value.toLowerCase()));
}

/** The names that a formula's text mentions, each once. Computed fields are mentioned as such. */
export function fieldsInFormula(source: string): NamesInFormula {
  const names = namesIn(source);
  const own = new Set(names.flatMap((named) => (named.kind === "own" ? [named.name.value] : [])));
  const via = new Map(
    names.flatMap((named) => {
      if (named.kind === "own") return [];
      const [relation, field] = [named.relation.value, named.name.value];
      return [[JSON.stringify([relation, field]), { relation, field }] as const];
    }),
  );
  return { own: [...own], via: [...via.values()] };
}

/** The formula with other names, in backticks where they need them. A text that is not a formula's stays as it is. */
export function renameInFormula(source: string, renames: FormulaRenames): string {
  let written = "";
  let end = 0;
  const replace = (token: Token, name: string | undefined): void => {
    if (name === undefined || name === token.value) return;
    written += source.slice(end, token.start) + writtenName(name);
    end = token.end;
  };
  for (const named of namesIn(source)) {
    if (named.kind === "own") replace(named.name, renames.own?.get(named.name.value));
    else {
      replace(named.relation, renames.relations?.get(named.relation.value));
      replace(named.name, renames.via?.get(named.relation.value)?.get(named.name.value));
    }
  }
  return written + source.slice(end);
}
