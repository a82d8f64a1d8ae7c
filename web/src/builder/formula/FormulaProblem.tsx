/** What is wrong with a formula, and what is suggested for it at one press. */
import { Button } from "@mantine/core";
import type { Mark } from "../marks.ts";
import { markedRange } from "./tokens.ts";

interface FormulaProblemProps {
  readonly mark: Mark;
  readonly value: string;
  readonly change: (formula: string) => void;
}

export function FormulaProblem({ mark: { detail, at, suggestion }, value, change }: FormulaProblemProps) {
  const mend = () => {
    if (!at || suggestion === undefined) return;
    const { from, to } = markedRange(value, at);
    change(value.slice(0, from) + suggestion + value.slice(to));
  };
  return (
    <p className="rule-problem formula-problem" role="alert">
      {detail}{" "}
      {at && suggestion !== undefined && (
        <Button variant="light" size="compact-xs" onClick={mend}>
          Use {suggestion}
        </Button>
      )}
    </p>
  );
}
