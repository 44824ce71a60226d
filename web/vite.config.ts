import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { compressed } from "./tool/compressed.ts";
import { manifestAside } from "./tool/manifestAside.ts";

const server = process.env["ACCUBOOKS_SERVER"] ?? "http://127.0.0.1:8080";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [react(), compressed(), ...(mode === "pseudo" ? [] : [manifestAside()])],
  resolve: {
    alias: {
      // For a test: every text marked.
      ...(mode === "pseudo" ? { "@/shared/text/text": at("tool/pseudo.ts") } : {}),
      "@": at("src"),
    },
  },
  build: {
    target: "es2023",
    // A font or picture as a data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What draws charts, which only pages with charts load.
    chunkSizeWarningLimit: 550,
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    strictPort: true,
    proxy: { "/api": { target: server } },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tool/**/*.test.ts"],
    environment: "happy-dom",
    restoreMocks: true,
    reporters: ["default", "junit"],
    outputFile: { junit: "test-results/unit.xml" },
  },
}));
