import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './build/first-load.ts'
import { mantineStyles } from './build/mantine-styles.ts'
import { precompress } from './build/precompress.ts'

/** Where `npm run dev` finds the API: a Berth that runs, or dev/fake-berth.ts. */
const api = process.env.BERTH_API ?? 'http://berth.localhost'

export default defineConfig({
  plugins: [
    react(),
    mantineStyles(),
    firstLoadBudget({
      mostBytes: 300_000,
      pages: ['apps/apps-page.tsx', 'app/app-page.tsx', 'sign-in/sign-in-page.tsx'],
    }),
    precompress(),
  ],
  build: {
    // Small files as files: the policy of the server lets no data into anything but images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    target: 'es2023',
  },
  server: { proxy: { '/v1': { target: api, changeOrigin: true } } },
})
