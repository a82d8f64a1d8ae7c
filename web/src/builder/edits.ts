/** What an edit of the tree brings with it, and how one rule takes another's place. */
import { arityOf } from "./operators.ts";
import { isTree, type Tree, type TreeRule } from "./tree.ts";
import { fitted, sameJson } from "./values.ts";

/** Every field condition's value in the shape of its operator: after a change of operator. */
export function fitTree(tree: Tree): Tree {
  const rules = tree.rules.map((rule) => {
    if (isTree(rule)) return fitTree(rule);
    return rule.kind === undefined || rule.kind === "related" ? fitRule(rule) : rule;
  });
  return rules.every((rule, i) => rule === tree.rules[i]) ? tree : { ...tree, rules };
}

function fitRule(rule: TreeRule): TreeRule {
  const value = fitted(rule.value, arityOf(rule.operator));
  return sameJson(value, rule.value) ? rule : { ...rule, value };
}

/** An edit that took the last condition of an inner group takes the group, too: left empty, it would match everybody. */
export function withoutEmptied(before: Tree, after: Tree): Tree {
  const wereEmpty = new Set(emptyGroups(before));
  const prune = (tree: Tree): Tree => {
    const rules = tree.rules.map((rule) => (isTree(rule) ? prune(rule) : rule));
    const kept = rules.filter((rule) => !isTree(rule) || rule.rules.length > 0 || wereEmpty.has(rule.id));
    const isSame = kept.length === tree.rules.length && kept.every((rule, i) => rule === tree.rules[i]);
    return isSame ? tree : { ...tree, rules: kept };
  };
  return prune(after);
}

function emptyGroups(tree: Tree): (string | undefined)[] {
  const inner = tree.rules.flatMap((rule) => (isTree(rule) ? emptyGroups(rule) : []));
  return tree.rules.length === 0 ? [tree.id, ...inner] : inner;
}

/** Conditions on related records that went, all of them, leave nothing behind: turned around they would match none. */
export function withoutTurn(where: Tree): Tree {
  if (where.rules.length > 0) return where;
  const { not: _, ...plain } = where;
  return { ...plain, combinator: "and" };
}

/** The tree with the rule at a path replaced; its id stays unless the new one has its own. */
export function withRule(tree: Tree, [step, ...rest]: readonly number[], next: TreeRule): Tree {
  const rules = tree.rules.map((rule, i) => {
    if (i !== step) return rule;
    if (rest.length > 0) return isTree(rule) ? withRule(rule, rest, next) : rule;
    return { ...(rule.id === undefined ? {} : { id: rule.id }), ...next };
  });
  return { ...tree, rules };
}
