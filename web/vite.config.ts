import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The program that answers /api while the page is developed. */
const PROGRAM = "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/api": { target: PROGRAM } } },
  build: { target: "es2023", chunkSizeWarningLimit: 600, reportCompressedSize: false },
});
