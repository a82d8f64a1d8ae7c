/** CSV as RFC 4180 has it: CRLF, quotes where they are needed and doubled within. */

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One record with its line end. Cells come back exactly as they are given; formulas are not defused. */
export function csvLine(cells: readonly string[]): string {
  // A lone empty cell would be a blank line, which is no record.
  if (cells.length === 1 && cells[0]!.trim() === "") return `"${cells[0]}"\r\n`;
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string): string {
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
