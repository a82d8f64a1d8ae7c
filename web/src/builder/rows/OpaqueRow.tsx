/** A rule that the builder cannot edit: shown, and kept as it came. */
import { IconLock } from "@tabler/icons-react";
import type { RowProps } from "./RuleRow.tsx";

export function OpaqueRow({ rule, remove }: RowProps) {
  return (
    <div className="rule">
      <span className="rule-opaque" title={JSON.stringify(rule.opaque)}>
        <IconLock size={14} aria-hidden /> A condition made by the API, kept as it is
      </span>
      {remove}
    </div>
  );
}
