/** The query as nested groups of conditions. */
import "./styles/builder.css";
import { QueryBuilderMantine } from "@react-querybuilder/mantine";
import { Conditions, type ConditionsProps } from "./Conditions.tsx";

export function Builder(props: Omit<ConditionsProps, "depth">) {
  return (
    <QueryBuilderMantine>
      <Conditions {...props} depth={0} />
    </QueryBuilderMantine>
  );
}
