/** What a comparison is about, in words for refusals: a field, or what an aggregate over related records yields. */
import type { FieldType } from "../values/types.ts";

export interface Subject {
  readonly kind: "field" | "result";
  /** `"spend"`, `the sum of "amount"`. */
  readonly name: string;
  readonly type: FieldType;
}

export function typeWords(type: FieldType): string {
  return type.replace("_", " ");
}

/** `the number field "spend"`, `the sum of "amount", a number`. */
export function subjectWords({ kind, name, type }: Subject): string {
  return kind === "field" ? `the ${typeWords(type)} field ${name}` : `${name}, a ${typeWords(type)}`;
}

/** `"spend" is a number field`, `The sum of "amount" is a number`. */
export function subjectIs({ kind, name, type }: Subject): string {
  const words = `${name} is a ${typeWords(type)}`;
  return kind === "field" ? `${words} field` : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
