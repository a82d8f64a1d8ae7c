/** Replaces one node of a tree, picked by number, by something else, or takes it out. */
export function mutate(tree: unknown, pick: number, replacement: unknown): unknown {
  const places: ((value: unknown) => void)[] = [];
  const root = { tree: structuredClone(tree) };
  const walk = (holder: Record<string, unknown> | unknown[]) => {
    for (const name of Object.keys(holder)) {
      const slot = holder as Record<string, unknown>;
      places.push((value) => {
        if (value === undefined) delete slot[name];
        else slot[name] = value;
      });
      const child = slot[name];
      if (typeof child === "object" && child !== null) walk(child as Record<string, unknown>);
    }
  };
  walk(root);
  places[pick % places.length]?.(replacement);
  return root.tree;
}
