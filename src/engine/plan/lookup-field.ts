/**
 * Looked-up fields are fields of the record with ids of their own: above all ids of stored fields, made of the
 * relation's number (stable in its dataset) and the field's id in the looked-up dataset.
 */
const BASE = 2 ** 20;

/** Not a field of the looked-up record, but whether there is one: true, or empty. */
const THERE = BASE - 1;

/** Boolean: whether the relation leads to a record. */
export function lookupThere(relationNumber: number): number {
  return lookupField(relationNumber, THERE);
}

export const isThere = (field: number): boolean => field === THERE;

export function lookupField(relationNumber: number, field: number): number {
  return BASE * (relationNumber + 1) + field;
}

export const isLookupField = (id: number): boolean => id >= BASE;

export function lookupParts(id: number): { readonly relation: number; readonly field: number } {
  return { relation: Math.floor(id / BASE) - 1, field: id % BASE };
}
