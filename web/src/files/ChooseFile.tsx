import { Button, type ButtonProps, FileButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useBeginUpload } from "./useBeginUpload.ts";

interface ChooseFileProps extends ButtonProps {
  readonly dataset?: string;
  readonly children: ReactNode;
  /** Pressed by the key "n". */
  readonly isNew?: boolean;
}

export function ChooseFile({ dataset, children, isNew = false, ...button }: ChooseFileProps) {
  const begin = useBeginUpload();
  return (
    <FileButton
      onChange={(file) => file && begin(file, dataset)}
      accept=".csv,.tsv,.txt,.gz,text/csv,text/plain,application/gzip"
      inputProps={{ "aria-label": "File to import" }}
    >
      {(props) => (
        <Button {...button} {...props} data-new={isNew || undefined}>
          {children}
        </Button>
      )}
    </FileButton>
  );
}
