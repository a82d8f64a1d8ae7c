/** What a field of a row holds: its own cell, a computed value, or that of the record it points at. */
import type { Data } from "../wire.ts";
import { evaluateFormula } from "./formula/evaluate.ts";
import { type FieldType, localDate, read, type Value } from "./values.ts";
import type { World } from "./world.ts";

interface Reading {
  type: FieldType;
  value: Value;
}

export function readField(name: string, row: Data, world: World): Reading {
  const type = world.types[name];
  if (type === undefined) throw new Error(`the oracle knows no field ${name}`);
  const formula = world.computed?.[name];
  return { type, value: formula === undefined ? read(type, row[name]) : compute(formula, row, world) };
}

/** The looked-up record's value; empty where the row points at nothing that is there. */
export function readVia(via: string, name: string, row: Data, world: World): Reading {
  const lookup = world.lookups?.[via];
  if (!lookup) throw new Error(`the oracle knows no relation ${via}`);
  const { table } = lookup;
  const target = table.rows.get(String(row[lookup.field] ?? ""));
  const type = table.world.types[name];
  if (type === undefined) throw new Error(`the oracle knows no field ${via}.${name}`);
  return target ? readField(name, target, table.world) : { type, value: null };
}

export function compute(formula: string, row: Data, world: World): Value {
  return evaluateFormula(formula, {
    field: (name) => readField(name, row, world).value,
    lookup: (via, name) => readVia(via, name, row, world).value,
    now: () => {
      if (world.now === undefined) throw new Error("the oracle needs to know what time it is");
      return world.now;
    },
    dateOf: (instant) => localDate(instant, world.zone),
  });
}
