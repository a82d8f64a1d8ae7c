/** Every operator, by name. */

import type { FieldType } from "../values/types.ts";
import { afterOperator } from "./after.ts";
import { beforeOperator } from "./before.ts";
import { betweenOperator } from "./between.ts";
import { containsOperator } from "./contains.ts";
import { endsWithOperator } from "./ends-with.ts";
import { equalsOperator } from "./equals.ts";
import { excludesOperator } from "./excludes.ts";
import { greaterOrEqualOperator } from "./greater-or-equal.ts";
import { greaterThanOperator } from "./greater-than.ts";
import { inOperator } from "./in.ts";
import { inLastOperator } from "./in-last.ts";
import { inNextOperator } from "./in-next.ts";
import { inPeriodOperator } from "./in-period.ts";
import { includesOperator } from "./includes.ts";
import { isEmptyOperator } from "./is-empty.ts";
import { isFalseOperator } from "./is-false.ts";
import { isNotEmptyOperator } from "./is-not-empty.ts";
import { isTrueOperator } from "./is-true.ts";
import { lessOrEqualOperator } from "./less-or-equal.ts";
import { lessThanOperator } from "./less-than.ts";
import { notContainsOperator } from "./not-contains.ts";
import { notEqualsOperator } from "./not-equals.ts";
import { notInOperator } from "./not-in.ts";
import { notInLastOperator } from "./not-in-last.ts";
import { onOperator } from "./on.ts";
import type { Operator } from "./operator.ts";
import { startsWithOperator } from "./starts-with.ts";

export type { Operands, Operator, Takes } from "./operator.ts";

const all: readonly Operator[] = [
  equalsOperator,
  notEqualsOperator,
  inOperator,
  notInOperator,
  containsOperator,
  notContainsOperator,
  startsWithOperator,
  endsWithOperator,
  isTrueOperator,
  isFalseOperator,
  includesOperator,
  excludesOperator,
  onOperator,
  beforeOperator,
  afterOperator,
  inLastOperator,
  notInLastOperator,
  inNextOperator,
  inPeriodOperator,
  greaterThanOperator,
  greaterOrEqualOperator,
  lessThanOperator,
  lessOrEqualOperator,
  betweenOperator,
  isEmptyOperator,
  isNotEmptyOperator,
];

const byName = new Map(all.map((operator) => [operator.name, operator]));

export function operatorNamed(name: string): Operator | undefined {
  return byName.get(name);
}

/** In the order in which a menu would show them. */
export function operatorsFor(type: FieldType): readonly Operator[] {
  return all.filter((operator) => operator.types.includes(type));
}

export function operatorNames(): readonly string[] {
  return [...byName.keys()];
}
