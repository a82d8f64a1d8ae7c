/** A file dropped on any view begins an import; dropped on a file's own view, it is imported into that file. */
import "@mantine/dropzone/styles.layer.css";
import { Dropzone } from "@mantine/dropzone";
import { IconFileImport } from "@tabler/icons-react";
import { useMatch } from "@tanstack/react-router";
import { useBeginUpload } from "../files/useBeginUpload.ts";

export default function DropAnywhere() {
  const match = useMatch({ from: "/app/files/$id", shouldThrow: false });
  const dataset = match?.params.id;
  const begin = useBeginUpload();
  return (
    <Dropzone.FullScreen
      active
      multiple={false}
      onDrop={([file]) => file && begin(file, dataset)}
      inputProps={{ "aria-label": "File to import" }}
      className="drop"
    >
      <div className="drop-inside">
        <IconFileImport size={40} stroke={1.4} aria-hidden />
        <strong>{dataset ? "Drop to import into this file" : "Drop to import"}</strong>
        <span>CSV, with commas, semicolons, tabs or pipes; plain or gzip</span>
      </div>
    </Dropzone.FullScreen>
  );
}
