import { dig, digNames, digText, type Json, type Look } from './look.ts'
import type { NodeRecipe, StaticOutput } from './recipe.ts'

export type Framework = {
  name: string
  build: string
  port?: number
  environment?: Record<string, string>
  staticOutput?: StaticOutput
  start?: readonly string[]
  serverOutput?: NodeRecipe['serverOutput']
  warning?: string
}

type Recognise = (look: Look, manifest: Json) => Promise<Framework>

/** The first whose package an app has: those that are built on others come before them. */
const frameworks: [string, Recognise][] = [
  ['next', readNext],
  ['nuxt', readNuxt],
  ['@sveltejs/kit', readSvelteKit],
  ['astro', readAstro],
  ['@react-router/serve', async () => ({ name: 'React Router', build: 'react-router build' })],
  ['@remix-run/serve', async () => ({ name: 'Remix', build: 'remix vite:build' })],
  ['@nestjs/core', async () => ({ name: 'NestJS', build: 'nest build', start: ['node', 'dist/main.js'] })],
  ['react-scripts', async () => page('Create React App', 'react-scripts build', 'build')],
  ['@angular/cli', readAngular],
  ['@vue/cli-service', async () => page('Vue CLI', 'vue-cli-service build', 'dist')],
  ['gatsby', async () => pages('Gatsby', 'gatsby build', 'public')],
  ['@docusaurus/core', async () => pages('Docusaurus', 'docusaurus build', 'build')],
  ['@11ty/eleventy', async () => pages('Eleventy', 'eleventy', '_site')],
  ['vitepress', readVitePress],
  ['vite', readVite],
  ['parcel', async () => page('Parcel', 'parcel build', 'dist')],
]

export async function findFramework(look: Look, manifest: Json, names: ReadonlySet<string>) {
  const found = frameworks.find(([name]) => names.has(name))
  return found?.[1](look, manifest)
}

/** Libraries that only say what kind of a server an app is. */
export const serverLibraries = [
  'express',
  'fastify',
  'koa',
  'hono',
  '@hapi/hapi',
  'polka',
  'restify',
  'h3',
  'socket.io',
  'ws',
]

const page = (name: string, build: string, folder: string): Framework => ({
  name,
  build,
  staticOutput: { folder, isSinglePage: true },
})
const pages = (name: string, build: string, folder: string): Framework => ({
  name,
  build,
  staticOutput: { folder, isSinglePage: false },
})

async function readNext(look: Look): Promise<Framework> {
  const next = { name: 'Next.js', build: 'next build', port: 3000 }
  const settings = await readSettings(look, /^next\.config\.(js|mjs|cjs|ts|mts)$/)
  const output = /\boutput:\s*['"](\w+)['"]/.exec(settings)?.[1]
  if (output === 'export') return pages(next.name, next.build, 'out')
  if (output !== 'standalone') return { ...next, start: ['next', 'start'] }
  const folders = [
    { from: '.next/standalone', to: '.' },
    { from: '.next/static', to: '.next/static' },
  ]
  const own = look.find(/^public\//).length > 0 ? [{ from: 'public', to: 'public' }] : []
  const environment = { HOSTNAME: '0.0.0.0' }
  return { ...next, start: ['node', 'server.js'], environment, serverOutput: [...folders, ...own] }
}

async function readNuxt(_: Look, manifest: Json): Promise<Framework> {
  const build = digText(manifest, 'scripts', 'build') ?? ''
  if (/\bgenerate\b/.test(build)) return pages('Nuxt', 'nuxt generate', '.output/public')
  return {
    name: 'Nuxt',
    build: 'nuxt build',
    port: 3000,
    start: ['node', '.output/server/index.mjs'],
    serverOutput: [{ from: '.output', to: '.output' }],
  }
}

async function readSvelteKit(_: Look, manifest: Json): Promise<Framework> {
  const kit = { name: 'SvelteKit', build: 'vite build', port: 3000 }
  const packages = digNames(manifest, 'devDependencies').concat(digNames(manifest, 'dependencies'))
  if (packages.includes('@sveltejs/adapter-static')) return pages(kit.name, kit.build, 'build')
  const start = ['node', 'build']
  if (packages.includes('@sveltejs/adapter-node')) return { ...kit, start }
  const warning = 'SvelteKit builds a server only with @sveltejs/adapter-node: add it, and name it in svelte.config.js'
  return { ...kit, start, warning }
}

async function readAstro(_: Look, manifest: Json): Promise<Framework> {
  const hasServer = dig(manifest, 'dependencies', '@astrojs/node') !== undefined
  if (!hasServer) return pages('Astro', 'astro build', 'dist')
  const environment = { HOST: '0.0.0.0' }
  return { name: 'Astro', build: 'astro build', port: 4321, environment, start: ['node', 'dist/server/entry.mjs'] }
}

async function readAngular(look: Look): Promise<Framework> {
  const settings = look.has('angular.json') ? await look.json('angular.json') : {}
  const [project = ''] = digNames(settings, 'projects')
  const builder = dig(settings, 'projects', project, 'architect', 'build')
  const said = digText(builder, 'options', 'outputPath') ?? digText(builder, 'options', 'outputPath', 'base')
  // The newer builder puts what browsers get into a folder of its own.
  const isNewer = /:application$/.test(digText(builder, 'builder') ?? '')
  return page('Angular', 'ng build', `${said ?? `dist/${project}`}${isNewer ? '/browser' : ''}`)
}

async function readVitePress(look: Look): Promise<Framework> {
  const [settings = 'docs/.vitepress/config'] = look.find(/(^|\/)\.vitepress\/config/)
  const folder = settings.replace(/\/?\.vitepress\/.*/, '')
  const place = folder === '' ? '.vitepress/dist' : `${folder}/.vitepress/dist`
  return pages('VitePress', `vitepress build ${folder}`.trim(), place)
}

async function readVite(look: Look): Promise<Framework> {
  const settings = await readSettings(look, /^vite\.config\.(js|mjs|cjs|ts|mts)$/)
  const folder = /\boutDir:\s*['"](?:\.\/)?([\w./-]+)['"]/.exec(settings)?.[1]
  return page('Vite', 'vite build', folder ?? 'dist')
}

async function readSettings(look: Look, pattern: RegExp): Promise<string> {
  const [path] = look.find(pattern)
  return path ? look.text(path) : ''
}
