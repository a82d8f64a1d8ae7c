/** What was written, as a tree with places: nothing is known of names and types yet. */
import type { Stretch } from "../refuse.ts";
import type { Token } from "./tokens.ts";

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";

export type Form =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "path"; readonly relation: string; readonly name: string }
  | { readonly kind: "call"; readonly name: Token; readonly args: readonly Syntax[] }
  | { readonly kind: "not" | "neg"; readonly arg: Syntax }
  | { readonly kind: "and" | "or"; readonly args: readonly Syntax[] }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly sign: Token;
      readonly left: Syntax;
      readonly right: Syntax;
    };

/** `levels` is 1 where nothing stands inside. */
export type Syntax = Form & Stretch & { readonly levels: number };
export type SyntaxOf<Kind extends Form["kind"]> = Extract<Syntax, { kind: Kind }>;
