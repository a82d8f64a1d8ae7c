/** A formula being written: its pieces coloured, what is wrong underlined, names completed as they are typed. */
import "../styles/formula.css";
import { Combobox, useCombobox } from "@mantine/core";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Mark } from "../marks.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { type Completion, completionsOf, matching, typedBefore } from "./complete.ts";
import { markedRange, piecesOf } from "./tokens.ts";

interface FormulaFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (formula: string) => void;
  readonly vocabulary: Vocabulary;
  readonly mark: Mark | null;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
}

export function FormulaField(props: FormulaFieldProps) {
  const { label, value, change, vocabulary, mark, placeholder, autoFocus = false } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const completions = useMemo(() => completionsOf(vocabulary), [vocabulary]);
  const typed = caret === null ? null : typedBefore(value, caret);
  const offered = typed ? matching(completions, typed) : [];
  const shown = offered.map(({ insert }) => insert).join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list's words decide, not which objects hold them
  useEffect(() => {
    if (shown === "") return box.closeDropdown();
    box.openDropdown();
    box.selectFirstOption();
  }, [shown]);

  const put = ({ insert }: Completion) => {
    if (!typed || caret === null) return;
    change(value.slice(0, typed.from) + insert + value.slice(caret));
    setCaret(null);
    const end = typed.from + insert.length;
    requestAnimationFrame(() => field.current?.setSelectionRange(end, end));
  };
  const keys = (event: KeyboardEvent) => {
    const first = offered[box.getSelectedOptionIndex()] ?? offered[0];
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape" && box.dropdownOpened) {
      event.stopPropagation();
      setCaret(null);
    }
    if (event.key === "Tab" && !event.shiftKey && box.dropdownOpened && first && first.insert !== typed?.text) {
      event.preventDefault();
      put(first);
    }
  };
  return (
    <Combobox
      store={box}
      onOptionSubmit={(insert) => {
        const chosen = offered.find((one) => one.insert === insert);
        if (chosen) put(chosen);
      }}
      position="bottom-start"
      width="max-content"
      shadow="md"
    >
      <Combobox.DropdownTarget>
        <div className="formula" data-wrong={mark !== null || undefined}>
          <Coloured text={value} mark={mark} />
          <Combobox.EventsTarget>
            <textarea
              ref={field}
              aria-label={label}
              aria-invalid={mark !== null}
              value={value}
              onChange={(event) => {
                change(event.currentTarget.value.replaceAll("\n", " "));
                setCaret(event.currentTarget.selectionStart);
              }}
              onKeyDown={keys}
              onBlur={() => setCaret(null)}
              placeholder={placeholder}
              rows={1}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              // biome-ignore lint/a11y/noAutofocus: it was just added, and is what is asked next
              autoFocus={autoFocus}
            />
          </Combobox.EventsTarget>
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Options>
          {offered.map(({ insert, label: name, about }) => (
            <Combobox.Option key={insert} value={insert}>
              <span className="suggestion">
                <span>{name}</span>
                <span className="faint">{about}</span>
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Lies under the text, which is transparent itself, and gives the field its height. */
function Coloured({ text, mark }: { text: string; mark: Mark | null }) {
  const range = mark?.at ? markedRange(text, mark.at) : null;
  const isAtEnd = range !== null && range.from === range.to;
  return (
    <pre aria-hidden>
      {piecesOf(text, range).map(({ kind, text: piece, at, isMarked }) => (
        <span key={at} data-kind={kind} data-marked={isMarked || undefined}>
          {piece}
        </span>
      ))}
      {isAtEnd && <span data-marked> </span>}
      {"\u200b"}
    </pre>
  );
}
