/** Makes expressions and keeps count of them: computed fields used in computed fields can grow without end. */
import type { CallName, Expr, ExprType } from "../expr.ts";
import { MAX_LEVELS, MAX_PARTS } from "../limits.ts";
import { refuseAt, type Stretch, type Where } from "../refuse.ts";

interface Size {
  readonly parts: number;
  readonly levels: number;
}

const ONE: Size = { parts: 1, levels: 1 };

export class Builder {
  readonly #sizes = new Map<Expr, Size>();

  /** Throws the problem where the whole becomes too large. */
  call(name: CallName, type: ExprType, args: readonly Expr[], where: Where, at: Stretch): Expr {
    const sizes = args.map((arg) => this.size(arg));
    const parts = sizes.reduce((sum, size) => sum + size.parts, 1);
    const levels = sizes.reduce((most, size) => Math.max(most, size.levels), 0) + 1;
    if (parts > MAX_PARTS) {
      const detail = `With its computed fields written out this formula has more than ${MAX_PARTS} parts. Use fewer of them.`;
      refuseAt(where, "formula_too_long", at, detail, { limit: MAX_PARTS, actual: parts });
    }
    if (levels > MAX_LEVELS) {
      const detail = `With its computed fields written out this formula has more than ${MAX_LEVELS} levels. Use fewer of them, or long sums in brackets, a few terms each.`;
      refuseAt(where, "formula_too_deep", at, detail, { limit: MAX_LEVELS, actual: levels });
    }
    const expr: Expr = { kind: "call", type, name, args };
    this.#sizes.set(expr, { parts, levels });
    return expr;
  }

  /** Of an expression made here, or of one that was within the limits before. */
  size(expr: Expr): Size {
    if (expr.kind !== "call") return ONE;
    let size = this.#sizes.get(expr);
    if (size === undefined) {
      const sizes = expr.args.map((arg) => this.size(arg));
      const parts = sizes.reduce((sum, one) => sum + one.parts, 1);
      size = { parts, levels: sizes.reduce((most, one) => Math.max(most, one.levels), 0) + 1 };
      this.#sizes.set(expr, size);
    }
    return size;
  }
}
