/** A formula's text in pieces, for its colours. What it means, and what is wrong with it, the program says. */
export type TokenKind = "name" | "function" | "word" | "number" | "text" | "sign" | "space";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins, in characters. */
  readonly at: number;
}

const PIECES: readonly (readonly [TokenKind, RegExp])[] = [
  ["space", /\s+/y],
  ["name", /`[^`]*`?/y],
  ["text", /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/y],
  ["number", /\d+(?:\.\d+)?/y],
  ["function", /[\p{L}_][\p{L}\p{N}_]*(?=\s*\()/uy],
  ["word", /(?:and|or|not|true|false)\b/iy],
  ["name", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["sign", /[\s\S]/y],
];

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, piece] of PIECES) {
    piece.lastIndex = at;
    const found = piece.exec(text)?.[0];
    if (found) return { kind, text: found, at };
  }
  return { kind: "sign", text: text.charAt(at), at };
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is marked: as long as is said, else the piece that begins there, or nothing at the end. */
export function markedRange(text: string, { from: start, length }: { from: number; length: number }): Range {
  const from = Math.max(0, Math.min(start, text.length));
  if (length > 0) return { from, to: Math.min(text.length, from + length) };
  const piece = tokensOf(text).find((token) => token.at <= from && from < token.at + token.text.length);
  return { from, to: piece ? piece.at + piece.text.length : from };
}

export interface Piece extends Token {
  readonly isMarked: boolean;
}

/** The tokens, cut where the mark begins and ends. */
export function piecesOf(text: string, marked: Range | null): readonly Piece[] {
  const cuts = marked ? [marked.from, marked.to] : [];
  return tokensOf(text).flatMap((token) => {
    const end = token.at + token.text.length;
    const within = cuts.filter((cut) => cut > token.at && cut < end);
    const bounds = [token.at, ...within, end];
    return bounds.slice(1).map((to, i) => {
      const at = bounds[i] ?? token.at;
      const isMarked = marked !== null && at >= marked.from && to <= marked.to;
      return { kind: token.kind, text: text.slice(at, to), at, isMarked };
    });
  });
}
