/**
 * Relations as they are declared: each is checked against the names that both its datasets know already, gets its
 * numbers, and comes with the statements that store it. The datasets' versions rise in the same batch, so that two
 * declarations at once cannot take one name.
 */
import { newId } from "../platform/ids.ts";
import { type Problem, ProblemError } from "../platform/problem.ts";
import { bumpCatalogue } from "./catalogue.ts";
import type { Database, Statement } from "./database.ts";
import { addFields, fieldNamed } from "./fields.ts";
import { type Dataset, findDataset } from "./repositories/datasets.ts";
import {
  insertRelation,
  type Relation,
  type RelationSide,
  relationsOf,
  renameRelation,
  takeRelationNumbers,
} from "./repositories/relations.ts";
import type { StoredField } from "./schema/datasets.ts";

export interface RelationInput {
  /** Of a relation that is there, or of a new one. */
  readonly name: string;
  readonly new_name?: string | undefined;
  /** A field that is not there yet is made, as text. */
  readonly field?: string | undefined;
  readonly dataset_id?: string | undefined;
  readonly reverse_name?: string | undefined;
}

export interface RelationRename {
  readonly relation: Relation;
  readonly before: Pick<Relation, "name" | "reverse_name">;
  readonly after: Pick<Relation, "name" | "reverse_name">;
}

export interface DeclaredRelations {
  /** The dataset's fields, pointers that were made among them. */
  readonly fields: readonly StoredField[];
  readonly statements: readonly Statement[];
  readonly renamed: readonly RelationRename[];
  /** The datasets at the other ends, as they were: their shards want to hear of it. */
  readonly others: readonly Dataset[];
}

/** A dataset that is being made has no relations and is in no table yet. */
type From = Pick<Dataset, "id" | "workspace_id" | "key_kind" | "next_relation"> & {
  readonly fields: readonly StoredField[];
};

/** Throws 409 `relation_name_taken`, 422 `unknown_dataset`, `relation_needs_key`, `relation_immutable`, `invalid_relation`. */
export async function declareRelations(
  db: Database,
  from: From,
  inputs: readonly RelationInput[],
  now: number,
): Promise<DeclaredRelations> {
  const plan = new Declaration(db, from, now, await relationsOf(db, from.workspace_id, from.id));
  for (const [at, input] of inputs.entries()) await plan.take(input, `relations[${at}]`);
  return plan.finish();
}

class Declaration {
  readonly #db: Database;
  readonly #from: From;
  readonly #now: number;
  readonly #sides: readonly RelationSide[];
  /** What queries of a dataset may name, by dataset. */
  readonly #names = new Map<string, Set<string>>();
  readonly #others = new Map<string, Dataset>();
  readonly #taken = new Map<string, number>();
  readonly #statements: Statement[] = [];
  readonly #renamed: RelationRename[] = [];
  #fields: readonly StoredField[];

  constructor(db: Database, from: From, now: number, sides: readonly RelationSide[]) {
    this.#db = db;
    this.#from = from;
    this.#now = now;
    this.#sides = sides;
    this.#fields = from.fields;
    this.#names.set(from.id, new Set(sides.map((side) => side.name)));
  }

  async take(input: RelationInput, path: string): Promise<void> {
    const known = this.#sides.find((side) => side.kind === "belongs_to" && side.name === input.name);
    if (known) await this.#rename(known, input, path);
    else await this.#add(input, path);
  }

  finish(): DeclaredRelations {
    const { workspace_id, id } = this.#from;
    const others = [...this.#others.values()];
    const taken = [...this.#taken].map(([dataset, n]) => takeRelationNumbers(this.#db, workspace_id, dataset, n));
    const bumps = others.filter((other) => other.id !== id).map((other) => bumpCatalogue(this.#db, other));
    return {
      fields: this.#fields,
      statements: [...bumps, ...taken, ...this.#statements],
      renamed: this.#renamed,
      others,
    };
  }

  async #add(input: RelationInput, path: string): Promise<void> {
    const { field, dataset_id, reverse_name } = input;
    if (field === undefined || dataset_id === undefined || reverse_name === undefined) refuse(incomplete(input), path);
    const other = await this.#other(dataset_id, path);
    const name = input.new_name ?? input.name;
    await this.#name(this.#from.id, name, `${path}.name`);
    await this.#name(other.id, reverse_name, `${path}.reverse_name`);
    this.#fields = addFields(this.#fields, [{ name: field, type: "text", format: null }]);
    const pointer = fieldNamed(this.#fields, field) as StoredField;
    const numbers = {
      number_in_child: this.#number(this.#from.id, this.#from.next_relation),
      number_in_parent: this.#number(
        other.id,
        other.id === this.#from.id ? this.#from.next_relation : other.next_relation,
      ),
    };
    this.#statements.push(
      insertRelation(this.#db, {
        ...{ id: newId("rel"), workspace_id: this.#from.workspace_id, from_dataset_id: this.#from.id },
        ...{ field_id: pointer.id, to_dataset_id: other.id, name, reverse_name, ...numbers },
        ...{ lookup_wanted: false, shared_segments: [], created_at: this.#now },
      }),
    );
  }

  async #rename({ relation, other }: RelationSide, input: RelationInput, path: string): Promise<void> {
    const field = input.field === undefined ? relation.field_id : fieldNamed(this.#fields, input.field)?.id;
    const moved = field !== relation.field_id || (input.dataset_id ?? other.id) !== other.id;
    if (moved) refuse(immutable(input.name), path);
    const before = { name: relation.name, reverse_name: relation.reverse_name };
    const after = { name: input.new_name ?? before.name, reverse_name: input.reverse_name ?? before.reverse_name };
    if (after.name === before.name && after.reverse_name === before.reverse_name) return;
    await this.#other(other.id, path);
    if (after.name !== before.name) {
      this.#names.get(this.#from.id)?.delete(before.name);
      await this.#name(this.#from.id, after.name, `${path}.new_name`);
    }
    if (after.reverse_name !== before.reverse_name) {
      (await this.#namesOf(other.id)).delete(before.reverse_name);
      await this.#name(other.id, after.reverse_name, `${path}.reverse_name`);
    }
    this.#statements.push(renameRelation(this.#db, relation.workspace_id, relation.id, after));
    this.#renamed.push({ relation, before, after });
  }

  async #other(id: string, path: string): Promise<Dataset> {
    const known = this.#others.get(id);
    if (known) return known;
    const other = await findDataset(this.#db, this.#from.workspace_id, id);
    if (!other) refuse(unknownDataset(id), `${path}.dataset_id`);
    if (other.key_kind !== "field") refuse(needsKey(other), `${path}.dataset_id`);
    this.#others.set(id, other);
    return other;
  }

  async #name(datasetId: string, name: string, path: string): Promise<void> {
    const names = await this.#namesOf(datasetId);
    if (names.has(name)) refuse(nameTaken(name), path);
    names.add(name);
  }

  async #namesOf(datasetId: string): Promise<Set<string>> {
    const known = this.#names.get(datasetId);
    if (known) return known;
    const sides = await relationsOf(this.#db, this.#from.workspace_id, datasetId);
    const names = new Set(sides.map((side) => side.name));
    this.#names.set(datasetId, names);
    return names;
  }

  #number(datasetId: string, next: number): number {
    const taken = this.#taken.get(datasetId) ?? 0;
    this.#taken.set(datasetId, taken + 1);
    return next + taken;
  }
}

function refuse(problem: Omit<Problem, "path">, path: string): never {
  throw new ProblemError({ ...problem, path });
}

const incomplete = (input: RelationInput) => ({
  code: "invalid_relation",
  status: 422,
  detail: `There is no relation ${input.name} yet. To make one, give its field, dataset_id and reverse_name.`,
});

const immutable = (name: string) => ({
  code: "relation_immutable",
  status: 422,
  detail: `The relation ${name} is there already, with another field or dataset, which cannot change. Delete it and make it anew, or choose another name.`,
});

const unknownDataset = (id: string) => ({
  code: "unknown_dataset",
  status: 422,
  detail: `There is no dataset ${id} in this workspace. Give the id of the dataset whose keys the field holds.`,
});

const needsKey = (dataset: Dataset) => ({
  code: "relation_needs_key",
  status: 422,
  detail: `${dataset.name} has no key field, so nothing can point at its records. Give it a key first.`,
});

const nameTaken = (name: string) => ({
  code: "relation_name_taken",
  status: 409,
  detail: `There is a relation ${name} already. Choose another name.`,
  facts: { name },
});
