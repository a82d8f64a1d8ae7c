/**
 * Looked-up fields are fields of the record with ids of their own: above all ids of stored fields, made of the
 * relation's number (stable in its dataset) and the field's id in the looked-up dataset.
 */
const BASE = 2 ** 20;

export function lookupField(relationNumber: number, field: number): number {
  return BASE * (relationNumber + 1) + field;
}

export const isLookupField = (id: number): boolean => id >= BASE;

export function lookupParts(id: number): { readonly relation: number; readonly field: number } {
  return { relation: Math.floor(id / BASE) - 1, field: id % BASE };
}
