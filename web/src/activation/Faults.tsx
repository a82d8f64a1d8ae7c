import { Radio } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Fault, setFault } from "../api/activation.ts";
import { say, sayProblem } from "../parts/notify.ts";
import { FAULTS } from "./words.ts";

/** The sandbox misbehaves on request, so that one can see what a sync does then. What it was told before is not known. */
export function Faults({ destinationId }: { destinationId: string }) {
  const [kind, setKind] = useState<Fault | null>(null);
  const apply = useMutation({
    mutationFn: (fault: Fault) => setFault(destinationId, { kind: fault }),
    onSuccess: (_, fault) => say(FAULTS.find(({ value }) => value === fault)?.says ?? "Set"),
    onError: (error) => sayProblem("Not set", error),
  });
  const choose = (value: string) => {
    setKind(value as Fault);
    apply.mutate(value as Fault);
  };
  return (
    <Radio.Group value={kind} onChange={choose} aria-label="Behaviour" mt={16}>
      <p className="faint">How this stand-in answers from now on, to see what a sync does about it.</p>
      <div className="faults">
        {FAULTS.map(({ value, label, says }) => (
          <Radio key={value} value={value} label={label} description={says} />
        ))}
      </div>
    </Radio.Group>
  );
}
