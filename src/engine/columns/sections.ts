/** Columns as bytes: a JSON head with its length, then typed arrays, each at a multiple of 8. Little-endian. */

export type Section = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float64Array;

const kinds = { Uint8Array, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array, Float64Array };
type Kind = keyof typeof kinds;

interface Head<Meta> {
  readonly meta: Meta;
  readonly sections: readonly (readonly [kind: Kind, length: number])[];
}

const align = (position: number) => (position + 7) & ~7;

/** `meta` must survive JSON. */
export function packSections<Meta>(meta: Meta, arrays: readonly Section[]): Uint8Array {
  const sections = arrays.map((array) => [array.constructor.name as Kind, array.length] as const);
  const head = new TextEncoder().encode(JSON.stringify({ meta, sections } satisfies Head<Meta>));
  const size = arrays.reduce((end, array) => align(end) + array.byteLength, 4 + head.length);
  const bytes = new Uint8Array(align(size));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let position = 4 + head.length;
  for (const array of arrays) {
    position = align(position);
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), position);
    position += array.byteLength;
  }
  return bytes;
}

/**
 * The meta and the arrays, as views of the bytes: whoever has unpacked them owns them from then on. Copied only where the
 * bytes do not begin at a multiple of 8. The caller knows which arrays its meta comes with.
 */
export function unpackSections<Meta>(bytes: Uint8Array): { meta: Meta; arrays: Section[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headLength = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headLength))) as Head<Meta>;
  let position = 4 + headLength;
  const aligned = bytes.byteOffset % 8 === 0;
  const arrays = head.sections.map(([kind, length]) => {
    position = align(position);
    const size = length * kinds[kind].BYTES_PER_ELEMENT;
    const own = aligned ? bytes : bytes.slice(position, position + size);
    const array = new kinds[kind](own.buffer as ArrayBuffer, aligned ? bytes.byteOffset + position : 0, length);
    position += size;
    return array;
  });
  return { meta: head.meta, arrays };
}
