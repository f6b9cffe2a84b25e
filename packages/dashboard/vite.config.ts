import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/v1': { target: 'http://berth.localhost', changeOrigin: true } } },
})
