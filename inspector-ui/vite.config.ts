import { defineConfig, type Plugin } from 'vite'

/** The server that `npm run dev` forwards to: a `tidewire serve` on its default port. */
const server = 'http://127.0.0.1:8080'

/** The script applies the chosen theme, so nothing is painted before it: no flash of the other theme. */
const blockRendering: Plugin = {
  name: 'block-rendering',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
}

export default defineConfig({
  // Relative, so that the page also works below a path, such as behind a proxy.
  base: './',
  plugins: [blockRendering],
  build: {
    outDir: '../dist/cli/live',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The strict Content-Security-Policy of the page allows no inlined script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/health': server,
      '/peers': server,
      '/topics': { target: server, ws: true },
      '/echo': { target: server, ws: true },
    },
  },
})
