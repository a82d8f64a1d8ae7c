import { useNavigate } from "@tanstack/react-router";
import { sayProblem } from "../parts/notify.ts";
import { beginUpload } from "./upload.ts";

/** Sends a file up and goes to where its types are shown. */
export function useBeginUpload(): (file: File, dataset?: string) => void {
  const navigate = useNavigate();
  return (file, dataset) => {
    beginUpload(file).then(
      (upload) => navigate({ to: "/files/new", search: { upload, dataset } }),
      (error) => sayProblem(`${file.name} was not taken`, error),
    );
  };
}
