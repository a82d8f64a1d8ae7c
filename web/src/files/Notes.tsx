import { IconInfoCircle } from "@tabler/icons-react";

/** What was noticed about a file, one line each. */
export function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className="notes" aria-label="Notes">
      {notes.map((note) => (
        <li key={note}>
          <IconInfoCircle size={15} aria-hidden />
          {note}
        </li>
      ))}
    </ul>
  );
}
