import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

const config: UserConfig = defineConfig({
  plugins: [react(), tailwindcss()],
  // The Content-Security-Policy forbids what is inlined: every asset is a file of our own.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});

export default config;
