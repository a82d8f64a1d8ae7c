/** "records whose state is “CA”" -> "state is “CA”": a condition's sentence where it is clear of whom it speaks. */
export function clauseOf(words: string): string {
  const clause = words.replace(/^(?:all )?\S+ (?:whose |that |who |for (?:which|whom) )/, "");
  return clause === "" ? words : clause;
}
