/**
 * Text comparison after simple case folding, without a table of our own: ECMAScript's `iu` regular
 * expressions fold by CaseFolding.txt, statuses C and S, code point by code point.
 */

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const pattern = (source: string, matchCase: boolean): RegExp => new RegExp(source, matchCase ? "u" : "iu");

export const sameText = (a: string, b: string, matchCase: boolean): boolean =>
  pattern(`^(?:${escaped(b)})$`, matchCase).test(a);
export const hasText = (a: string, b: string, matchCase: boolean): boolean => pattern(escaped(b), matchCase).test(a);
export const beginsWith = (a: string, b: string, matchCase: boolean): boolean =>
  pattern(`^${escaped(b)}`, matchCase).test(a);
export const endsWith = (a: string, b: string, matchCase: boolean): boolean =>
  pattern(`${escaped(b)}$`, matchCase).test(a);
