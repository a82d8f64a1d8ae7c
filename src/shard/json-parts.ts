/** Lists as JSON parameters (`json_each`), each well below SQLite's 2 MB for a value. */
const PARAMETER_CHARACTERS = 500_000;

export function* jsonParts(items: Iterable<unknown>): Iterable<string> {
  let texts: string[] = [];
  let size = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    if (size + text.length > PARAMETER_CHARACTERS && texts.length > 0) {
      yield `[${texts.join(",")}]`;
      texts = [];
      size = 0;
    }
    texts.push(text);
    size += text.length + 1;
  }
  if (texts.length > 0) yield `[${texts.join(",")}]`;
}
