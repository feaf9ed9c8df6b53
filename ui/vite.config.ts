import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    cssTarget: "chrome120",
    // The content security policy has no room for the inline preload polyfill and data: scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One small file: a stylesheet that fails to come with its chunk would leave a page without its looks.
    cssCodeSplit: false,
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What every page needs, in one piece: it compresses better and outlives most releases in the cache.
        codeSplitting: {
          groups: [
            {
              name: "vendor",
              test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|@tanstack)[\\/]/,
            },
            // The same for what the dashboard and the other pages share of our own; a dozen small files compress worse.
            {
              name: "shared",
              test: /src[\\/](api[\\/](cache|client|endpoints|errors|icons|lost-answer|session)|lib[\\/](actions|flags|format|overlay|status|store|toast|use-builtin)|components[\\/](app-icon|icon))\.tsx?$/,
            },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: process.env.HM_AGENT
      ? { "/api": { target: process.env.HM_AGENT, secure: false, ws: true, changeOrigin: true } }
      : undefined,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
  },
});
