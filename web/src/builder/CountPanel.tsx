/** How many match, of how many, when it was computed, and some of them. */
import type { Dataset } from "../api/datasets.ts";
import { Count } from "../parts/Count.tsx";
import { formatCount, formatDuration, formatShare } from "../parts/format.ts";
import { Sparkline } from "../parts/Sparkline.tsx";
import { Value } from "../parts/Value.tsx";
import { When } from "../parts/When.tsx";
import { pathOfProblem } from "./marks.ts";
import { fieldsNamed } from "./named.ts";
import { isBuilding, type PreviewState } from "./previews.ts";
import type { Read } from "./toQuery.ts";

interface CountPanelProps {
  readonly dataset: Dataset;
  readonly preview: PreviewState;
  readonly read: Read;
}

export function CountPanel({ dataset, preview, read }: CountPanelProps) {
  const { answer, problem, stale, trend } = preview;
  const general = problem && !isBuilding(problem) && !pathOfProblem(problem.path) ? problem.detail : null;
  return (
    <aside className="panel" aria-label="Preview">
      <div className="panel-count">
        <Count value={answer?.count} size="hero" stale={stale || !answer} label="members" />
        <p className="panel-of">
          {answer ? (
            <>
              of {formatCount(answer.total)} · <b>{formatShare(answer.count, answer.total)}</b>
            </>
          ) : read.incomplete.length > 0 ? (
            "not counted yet"
          ) : (
            "counting…"
          )}
        </p>
        <div className="panel-bar" aria-hidden>
          <i style={{ width: answer?.total ? `${(answer.count / answer.total) * 100}%` : 0 }} />
        </div>
        <p className="panel-when">
          <span>{note(preview, read)}</span>
          {trend.length > 1 && !stale && <Sparkline points={trend} width={64} height={14} />}
        </p>
        {general && (
          <p className="rule-problem" role="alert">
            {general}
          </p>
        )}
      </div>
      {answer && answer.sample.length > 0 && <Sample dataset={dataset} answer={answer} read={read} stale={stale} />}
    </aside>
  );
}

function note({ answer, problem, stale }: PreviewState, { incomplete }: Read) {
  if (incomplete.length > 0) return "Complete the marked condition to count it.";
  if (problem && isBuilding(problem)) return "Getting the related records ready…";
  if (problem) return "As of the last valid conditions.";
  if (!answer) return "\u00a0";
  if (stale) return "Counting…";
  return (
    <>
      computed <When at={answer.computed_at} />, {formatDuration(answer.took_ms)}
    </>
  );
}

const COLUMNS = 3;

type SampleProps = Omit<CountPanelProps, "preview"> & {
  readonly answer: NonNullable<PreviewState["answer"]>;
  readonly stale: boolean;
};

function Sample({ dataset, answer, read, stale }: SampleProps) {
  const names = sampleColumns(dataset, read);
  const types = new Map(dataset.fields.map(({ name, type }) => [name, type]));
  return (
    <div className="panel-sample scroll-x" data-stale={stale || undefined}>
      <table className="table" aria-label="Some who match">
        <thead>
          <tr>
            <th>{dataset.key ?? "Row"}</th>
            {names.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.sample.map(({ key, data }) => (
            <tr key={key}>
              <td>{dataset.key ? key : key.slice(0, 8)}</td>
              {names.map((name) => (
                <td key={name}>
                  <Value value={data[name]} type={types.get(name)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The fields that the conditions name come first, then the dataset's own order. */
function sampleColumns({ fields, key }: Dataset, { query }: Read): string[] {
  const said = fieldsNamed(query);
  const names = fields.map(({ name }) => name).filter((name) => name !== key);
  const named = names.filter((name) => said.has(name));
  return [...named, ...names.filter((name) => !named.includes(name))].slice(
    0,
    Math.max(COLUMNS, Math.min(named.length, 4)),
  );
}
