/** Which related records count by their date: all, or those of the last so long. */
import { ActionIcon, Button } from "@mantine/core";
import { IconClock, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { FIRST_SPAN } from "../time.ts";
import type { Asks } from "../tree.ts";
import { SpanValue } from "../values/SpanValue.tsx";
import { isDated, typeOf, type Vocabulary } from "../vocabulary.ts";
import { FieldSelect } from "./Figure.tsx";

interface WindowProps {
  readonly within: Asks["within"];
  /** Of the related records. */
  readonly vocabulary: Vocabulary;
  readonly change: (within: Asks["within"]) => void;
}

export function Window({ within, vocabulary, change }: WindowProps) {
  const [isNew, setNew] = useState(false);
  const dates = vocabulary.fields.filter(isDated);
  if (!within) {
    if (dates.length === 0) return null;
    return (
      <Button
        className="window-add"
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconClock size={14} />}
        onClick={() => {
          setNew(true);
          change({ ...FIRST_SPAN, field: dates[0]?.name ?? "" });
        }}
      >
        At any time
      </Button>
    );
  }
  return (
    <span className="window">
      <span className="pair">
        <span className="group-word">in the last</span>
        <SpanValue
          label="Length"
          value={within}
          change={(span) => change({ ...within, ...span })}
          type={typeOf(vocabulary, within.field)}
          autoFocus={isNew}
        />
      </span>
      <span className="pair">
        <span className="group-word">of</span>
        <FieldSelect
          label="By which date"
          value={within.field}
          change={(field) => change({ ...within, field })}
          vocabulary={vocabulary}
          types={["date", "datetime"]}
        />
        <ActionIcon
          className="rule-remove"
          variant="subtle"
          color="gray"
          aria-label="At any time"
          onClick={() => change(null)}
        >
          <IconX size={15} />
        </ActionIcon>
      </span>
    </span>
  );
}
