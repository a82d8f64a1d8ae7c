/** What a formula may hold, with every function. */
import { ActionIcon, Popover, ScrollArea } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import type { FormulaFunction } from "../../api/language.ts";

const FORMS: readonly (readonly [form: string, means: string])[] = [
  ["+ - * / %", "arithmetic; with an empty value or a division by zero it is empty"],
  ["== != > >= < <=", "comparison; with an empty value it is false"],
  ["and or not", "also written && || !"],
  ['"text" "2026-11-21"', "texts and dates, in quotes"],
  ["`Monthly Charges`", "a name that is not one plain word"],
  ["`store`.`region`", "a looked-up field"],
];

export function FormulaHelp({ functions }: { functions: readonly FormulaFunction[] }) {
  return (
    <Popover position="bottom-start" shadow="md" width={420} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon className="formula-help-button" variant="subtle" color="gray" aria-label="What a formula may hold">
          <IconHelp size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className="formula-help" p={0}>
        <ScrollArea.Autosize mah={400} type="auto" tabIndex={0} p="md">
          <h3>Formulas</h3>
          <dl>
            {FORMS.map(([form, means]) => (
              <div key={form}>
                <dt>{form}</dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
          {functions.length > 0 && <h3>Functions</h3>}
          <dl>
            {functions.map(({ name, signature, words }) => (
              <div key={name}>
                <dt>{signature}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
