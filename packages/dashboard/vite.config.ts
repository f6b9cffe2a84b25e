import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './build/first-load.ts'
import { mantineStyles } from './build/mantine-styles.ts'
import { precompress } from './build/precompress.ts'

/** Where `npm run dev` finds the API: a Berth that runs, or dev/fake-berth.ts. */
const api = process.env.BERTH_API ?? 'http://berth.localhost'

const libraries =
  /node_modules\/(react|react-dom|scheduler|use-sync-external-store|zod|@tanstack\/(react-)?(router|router-core|query|query-core|history|store))\//

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
    rolldownOptions: {
      // What changes only with a new version of a library, in a file that then stays in the browser's cache.
      output: { codeSplitting: { groups: [{ name: 'base', test: libraries }] } },
    },
  },
  server: { proxy: { '/v1': { target: api, changeOrigin: true } } },
})
