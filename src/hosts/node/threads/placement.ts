/** Which worker thread an object lives on. `<x>/<n>` names go round the threads, so that a dataset's shards use every core. */
export function placement(name: string, threads: number): number {
  const match = /^(.*)\/(\d{1,9})$/.exec(name);
  return match ? (hash(match[1] ?? "") + Number(match[2])) % threads : hash(name) % threads;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
}
