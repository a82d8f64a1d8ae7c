/** A file's parts, and those that are not up yet. */
export interface Part {
  readonly part: number;
  readonly bytes: number;
}

export interface FilePart extends Part {
  readonly from: number;
}

/** Parts of one size, numbered from 1; the last is what is left. An empty file has one empty part. */
export function partsOf(fileBytes: number, partBytes: number): FilePart[] {
  const count = Math.max(1, Math.ceil(fileBytes / partBytes));
  return Array.from({ length: count }, (_, i) => {
    const from = i * partBytes;
    return { part: i + 1, from, bytes: Math.min(partBytes, fileBytes - from) };
  });
}

/** A part that arrived with another length is sent again. */
export function missingParts(parts: readonly FilePart[], done: readonly Part[]): FilePart[] {
  const arrived = new Map(done.map(({ part, bytes }) => [part, bytes]));
  return parts.filter(({ part, bytes }) => arrived.get(part) !== bytes);
}
