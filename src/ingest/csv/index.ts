/**
 * From the bytes of a CSV file to typed rows. The importer's way through it:
 *
 * 1. `normaliseUpload(stream)` while the upload is stored;
 * 2. `new Inspector(read, bytes)`, `step()` until done, then `result()`: the file's layout and its columns' types
 *    (or `inspectFile`, which does it in one go);
 * 3. `CsvReader.open(read, {dialect: layout, bytes, ...layout.start})`, `next(maxRows)`: rows and rejects, and the
 *    position from which to go on after a restart;
 * 4. `makeConverter(fields, layout.header, keyField, timeZone)`: the cells of a row as they are stored.
 */
export { BlockReader, type Run } from "./block-reader.ts";
export type { ConvertedRow, ConvertField } from "./convert.ts";
export { makeConverter } from "./convert.ts";
export type { Inspected, InspectOptions, InspectState } from "./inspect.ts";
export { Inspector, inspectFile } from "./inspect.ts";
export type { Delimiter, Dialect, Encoding, FileLayout, Position, ReadRange } from "./layout.ts";
export { MAX_REJECT_CHARS } from "./layout.ts";
export type { NormaliseOptions } from "./normalise.ts";
export { normaliseUpload } from "./normalise.ts";
export type { CsvBatch, CsvReaderOptions, CsvRecord } from "./reader.ts";
export { CsvReader } from "./reader.ts";
export type { Splitter } from "./split.ts";
