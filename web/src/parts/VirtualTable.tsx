// biome-ignore-all lint/a11y/useSemanticElements: rows that are placed one by one cannot be a <table>; the roles say it
// biome-ignore-all lint/a11y/useFocusableInteractive: headers are read, not pressed
/** A table of any length: only the rows in sight are in the page, and more are asked for near the end. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";

export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  /** Pixels at least; wider columns also take more of what is left. */
  readonly width: number;
  readonly align?: "right";
  readonly cell: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly open?: (row: Row) => void;
  readonly more?: (() => void) | undefined;
  readonly maxHeight?: number;
}

const ROW = 36;
const NEAR_END = 30;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, rowKey, open, more, maxHeight = 560 } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastSeen >= rows.length - NEAR_END) more();
  }, [more, lastSeen, rows.length]);

  const tracks = columns.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(" ");
  const minWidth = columns.reduce((sum, { width }) => sum + width, 0);
  return (
    <div
      className="vtable"
      ref={box}
      style={{ maxHeight }}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
    >
      <div className="vtable-head" role="row" style={{ gridTemplateColumns: tracks, minWidth }}>
        {columns.map((column) => (
          <div key={column.id} role="columnheader" data-align={column.align}>
            {column.header}
          </div>
        ))}
      </div>
      <div className="vtable-body" role="rowgroup" style={{ height: virtual.getTotalSize(), minWidth }}>
        {items.map((item) => {
          const row = rows[item.index] as Row;
          return (
            <div
              key={rowKey(row)}
              className="vtable-row"
              role="row"
              aria-rowindex={item.index + 2}
              data-open={open ? true : undefined}
              tabIndex={open ? 0 : undefined}
              onClick={open && (() => open(row))}
              onKeyDown={open && ((event) => rowKeys(event, () => open(row)))}
              style={{ gridTemplateColumns: tracks, minWidth, transform: `translateY(${item.start}px)` }}
            >
              {columns.map((column) => (
                <div key={column.id} role="cell" data-align={column.align}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Enter opens, arrows move to the neighbour. */
export function rowKeys(event: KeyboardEvent<HTMLElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return;
  if (event.key === "Enter") open();
  const neighbour =
    event.key === "ArrowDown"
      ? event.currentTarget.nextElementSibling
      : event.key === "ArrowUp"
        ? event.currentTarget.previousElementSibling
        : null;
  if (!(neighbour instanceof HTMLElement)) return;
  event.preventDefault();
  neighbour.focus();
}
