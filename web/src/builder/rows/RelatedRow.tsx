/** "purchases: at least one, in the last 30 days, where …": what is asked of the records that point at this one. */
import { useMemo } from "react";
import { Conditions } from "../Conditions.tsx";
import { withoutTurn } from "../edits.ts";
import { SubjectPicker } from "../SubjectPicker.tsx";
import type { Asks, Path } from "../tree.ts";
import { relatedVocabulary } from "../vocabulary.ts";
import { Figure } from "./Figure.tsx";
import { MeasurePicker } from "./MeasurePicker.tsx";
import { Problem, type RowProps } from "./RuleRow.tsx";
import { Window } from "./Window.tsx";

export function RelatedRow({ rule, path, context, remove }: RowProps) {
  const { vocabulary, self, depth, markAt, isIncomplete, setRule, focusOf } = context;
  const asks = rule.asks as Asks;
  const relation = asks.relation;
  const related = useMemo(() => relatedVocabulary(vocabulary, relation), [vocabulary, relation]);
  const marks = useMemo(() => {
    const inner = (at: Path): Path => [...path, "where", ...at];
    return {
      markAt: (at: Path) => (at.length === 0 ? null : markAt(inner(at))),
      isIncomplete: (at: Path) => isIncomplete(inner(at)),
    };
  }, [path, markAt, isIncomplete]);
  const set = (part: Partial<Asks>) => setRule(path, { ...rule, asks: { ...asks, ...part } });
  const mark = markAt(path);
  return (
    <>
      <div className="rule rule-related">
        <SubjectPicker rule={rule} path={path} context={context} />
        <div className="related-parts">
          <MeasurePicker
            measure={asks.measure}
            change={(measure) => set({ measure })}
            autoFocus={focusOf(rule) === "next"}
          />
          <Figure rule={rule} asks={asks} vocabulary={related} change={(next) => setRule(path, next)} />
        </div>
        {remove}
      </div>
      {mark && <Problem>{mark.detail}</Problem>}
      <div className="related-where" data-blank={(!asks.within && asks.where.rules.length === 0) || undefined}>
        <Window within={asks.within} vocabulary={related} change={(within) => set({ within })} />
        <Conditions
          vocabulary={related}
          self={self}
          depth={depth + path.length + 1}
          tree={asks.where}
          change={(where) => set({ where: withoutTurn(where) })}
          {...marks}
        />
      </div>
    </>
  );
}
