/** A state as a dot and a word: colour never speaks alone. */
export type Tone = "good" | "busy" | "wait" | "bad" | "off";

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className="status" data-tone={tone}>
      <i aria-hidden />
      {children}
    </span>
  );
}
