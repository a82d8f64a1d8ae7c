/** A plan's tree over conditions that many segments share. */
import type { PlanNode } from "./plan.ts";
import type { Round, Slot } from "./slots.ts";

export type SharedNode =
  | { readonly kind: "slot"; readonly slot: Slot; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly children: readonly SharedNode[]; readonly negated: boolean };

export function share(node: PlanNode, slots: readonly Slot[]): SharedNode {
  if (node.kind === "condition") return { kind: "slot", slot: slots[node.condition] as Slot, negated: node.negated };
  return { ...node, children: node.children.map((child) => share(child, slots)) };
}

export function isTrue(node: SharedNode, round: Round): boolean {
  if (node.kind === "slot") return node.slot.holds(round) !== node.negated;
  const deciding = node.kind === "or";
  for (const child of node.children) if (isTrue(child, round) === deciding) return deciding !== node.negated;
  return (node.children.length === 0 || !deciding) !== node.negated;
}

/** What a tree was before the change of the round: its conditions are what they were, but for those that turned. */
export function wasTrue(node: SharedNode, round: Round): boolean {
  if (node.kind === "slot") {
    return (node.slot.holds(round) !== (node.slot.turnedIn === round.number)) !== node.negated;
  }
  const deciding = node.kind === "or";
  for (const child of node.children) if (wasTrue(child, round) === deciding) return deciding !== node.negated;
  return (node.children.length === 0 || !deciding) !== node.negated;
}
