export {
  type Explained,
  type ExplainedGroup,
  type ExplainedLeaf,
  type ExplainedRow,
  explainRow,
} from "./explain-row.ts";
export { type Hint, hintsFor, type Measured } from "./hints.ts";
