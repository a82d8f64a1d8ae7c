/** Missing, null and only white space are one thing: empty. */
export function isBlank(text: string): boolean {
  return text.length === 0 || ((text.charCodeAt(0) <= 32 || text.charCodeAt(0) > 127) && text.trim().length === 0);
}
