import { type Files, json, testApps } from './test-apps.ts'

const node = (manifest: object, files: Files = {}): Files => ({ 'package.json': json(manifest), ...files })
const deps = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '1']))
const lock = { 'package-lock.json': '{}' }

testApps([
  [
    'Express with a start script',
    node(
      { scripts: { start: 'node server.js' }, dependencies: deps('express') },
      { ...lock, 'server.js': 'app.listen(4000)' },
    ),
    {
      kind: 'node',
      start: 'node server.js',
      port: 4000,
      version: '26',
      words: /express.*npm, started by script "start"/,
    },
  ],
  [
    'a script with settings',
    node({ scripts: { start: 'PORT=1 NODE_ENV=x node a.js' } }),
    {
      kind: 'node',
      start: 'node a.js',
      port: 1,
      recipe: { environment: { NODE_ENV: 'x', PORT: '1' } },
    },
  ],
  [
    'a script of several commands',
    node({ scripts: { start: 'node a.js && node b.js' } }),
    { kind: 'node', start: 'npm run start' },
  ],
  [
    'a script with one before it',
    node({ scripts: { start: 'node a.js', prestart: 'x' } }),
    { kind: 'node', start: 'npm run start' },
  ],
  [
    'main alone',
    node({ main: './lib/x.js' }, { 'lib/x.js': '' }),
    { kind: 'node', start: 'node lib/x.js', port: 3000 },
  ],
  [
    'a file in TypeScript',
    node({}, { 'server.ts': 'const port = process.env.PORT ?? 4321' }),
    { kind: 'node', start: 'node server.ts', port: 4321 },
  ],
  [
    'a Procfile',
    node({}, { Procfile: 'worker: x\nweb: node web.js --port 7000\n' }),
    { kind: 'node', start: 'node web.js --port 7000', port: 7000 },
  ],
  [
    'pnpm by its lockfile',
    node({ main: 'a.js' }, { 'a.js': '', 'pnpm-lock.yaml': "lockfileVersion: '6.0'" }),
    {
      kind: 'node',
      recipe: {
        packageManager: { name: 'pnpm', version: '8', hasLockfile: true },
        manifests: ['package.json', 'pnpm-lock.yaml'],
      },
    },
  ],
  [
    'pnpm by packageManager',
    node({ main: 'a.js', packageManager: 'pnpm@9.1.0+sha512.abc' }, { 'a.js': '' }),
    {
      kind: 'node',
      recipe: { packageManager: { name: 'pnpm', version: '9.1.0', hasLockfile: false } },
      warning: /no lockfile of pnpm/,
    },
  ],
  [
    'yarn classic',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '# yarn lockfile v1' }),
    {
      kind: 'node',
      recipe: { packageManager: { name: 'yarn', version: '1.22.22', hasLockfile: true } },
    },
  ],
  [
    'yarn of today',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '__metadata:\n', '.yarn/releases/yarn-4.cjs': '' }),
    {
      kind: 'node',
      recipe: {
        packageManager: { name: 'yarn', version: '4', hasLockfile: true },
        manifests: ['package.json', 'yarn.lock', '.yarn'],
      },
    },
  ],
  [
    'two lockfiles',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '', ...lock }),
    { kind: 'node', warning: /several package managers/ },
  ],
  [
    'workspaces',
    node({ main: 'a.js', workspaces: ['packages/*'] }, { ...lock, 'a.js': '', 'packages/b/package.json': '{}' }),
    {
      kind: 'node',
      recipe: { manifests: ['package.json', 'package-lock.json', 'packages/b/package.json'] },
    },
  ],
  ['engines', node({ main: 'a.js', engines: { node: '>=18 <21' } }, { 'a.js': '' }), { kind: 'node', version: '20' }],
  [
    'an exact version',
    node({ main: 'a.js' }, { 'a.js': '', '.nvmrc': 'v22.3.0\n' }),
    { kind: 'node', version: '22.3.0' },
  ],
  [
    'a version by its name',
    node({ main: 'a.js' }, { 'a.js': '', '.nvmrc': 'lts/jod' }),
    { kind: 'node', version: '22' },
  ],
  [
    '.tool-versions',
    node({ main: 'a.js' }, { 'a.js': '', '.tool-versions': 'ruby 3\nnodejs 24.1\n' }),
    { kind: 'node', version: '24' },
  ],
  [
    'a version that there is none of',
    node({ main: 'a.js', engines: { node: '12' } }, { 'a.js': '' }),
    { kind: 'node', version: '12', warning: /no image is known/ },
  ],
  [
    'install scripts',
    node({ main: 'a.js', scripts: { postinstall: 'prisma generate' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { needsSourceToInstall: true } },
  ],
  [
    'a hook for those who work on it',
    node({ main: 'a.js', scripts: { prepare: 'husky' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { needsSourceToInstall: false } },
  ],
  [
    'packages to compile',
    node({ main: 'a.js', dependencies: deps('bcrypt') }, { 'a.js': '' }),
    { kind: 'node', recipe: { buildPackages: ['g++', 'make', 'python3'] } },
  ],
  [
    'packages from git',
    node({ main: 'a.js', dependencies: { a: 'github:b/a' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { buildPackages: ['ca-certificates', 'git'] } },
  ],
  [
    'a starter that is a development package',
    node({ scripts: { start: 'tsx src/a.ts' }, devDependencies: deps('tsx') }),
    {
      kind: 'node',
      start: 'tsx src/a.ts',
      recipe: { keepsDevelopmentPackages: true },
      warning: /started by tsx, a development package/,
    },
  ],
  [
    'Next.js',
    node({ scripts: { build: 'next build', start: 'next start -p 4000' }, dependencies: deps('next') }),
    { kind: 'node', start: 'next start -p 4000', port: 4000, words: /Next\.js/ },
  ],
  [
    'Next.js, standalone',
    node(
      { scripts: { build: 'next build' }, dependencies: deps('next') },
      { 'next.config.mjs': "output: 'standalone'", 'public/a': '' },
    ),
    {
      kind: 'node',
      start: 'node server.js',
      recipe: {
        serverOutput: [
          { from: '.next/standalone', to: '.' },
          { from: '.next/static', to: '.next/static' },
          { from: 'public', to: 'public' },
        ],
      },
    },
  ],
  [
    'Next.js, exported',
    node(
      {
        scripts: { build: 'next build', start: 'next start' },
        dependencies: deps('next'),
      },
      { 'next.config.js': 'output: "export"' },
    ),
    { kind: 'node', recipe: { staticOutput: { folder: 'out', isSinglePage: false } } },
  ],
  [
    'Nuxt',
    node({ scripts: { build: 'nuxt build', dev: 'nuxt dev' }, dependencies: deps('nuxt') }),
    {
      kind: 'node',
      start: 'node .output/server/index.mjs',
      recipe: { serverOutput: [{ from: '.output', to: '.output' }] },
    },
  ],
  [
    'Remix',
    node({
      scripts: { build: 'remix vite:build', start: 'remix-serve ./build/server/index.js' },
      dependencies: deps('@remix-run/serve'),
      devDependencies: deps('vite'),
    }),
    { kind: 'node', start: 'remix-serve ./build/server/index.js' },
  ],
  [
    'SvelteKit with a server',
    node({
      scripts: { build: 'vite build' },
      devDependencies: deps('@sveltejs/kit', '@sveltejs/adapter-node', 'vite'),
    }),
    { kind: 'node', start: 'node build' },
  ],
  [
    'SvelteKit without one',
    node({ scripts: { build: 'vite build' }, devDependencies: deps('@sveltejs/kit') }),
    { kind: 'node', warning: /adapter-node/ },
  ],
  [
    'SvelteKit of pages',
    node({ scripts: { build: 'vite build' }, devDependencies: deps('@sveltejs/kit', '@sveltejs/adapter-static') }),
    { kind: 'node', recipe: { staticOutput: { folder: 'build', isSinglePage: false } } },
  ],
  [
    'Astro',
    node({ scripts: { build: 'astro build', start: 'astro dev' }, dependencies: deps('astro') }),
    { kind: 'node', port: 8080, recipe: { staticOutput: { folder: 'dist', isSinglePage: false } } },
  ],
  [
    'Astro with a server',
    node({ scripts: { build: 'astro build' }, dependencies: deps('astro', '@astrojs/node') }),
    { kind: 'node', start: 'node dist/server/entry.mjs', port: 4321 },
  ],
  [
    'Vite',
    node(
      { scripts: { build: 'vite build', dev: 'vite', start: 'vite' }, devDependencies: deps('vite') },
      { 'vite.config.ts': "build: { outDir: 'out' }", 'index.html': '', 'src/main.js': '' },
    ),
    {
      kind: 'node',
      recipe: { staticOutput: { folder: 'out', isSinglePage: true }, buildCommand: 'npm run build' },
      words: /Vite .* built into out, served by nginx/,
    },
  ],
  [
    'Vite beside a server',
    node({
      scripts: { build: 'vite build', start: 'node server.js' },
      dependencies: deps('express'),
      devDependencies: deps('vite'),
    }),
    { kind: 'node', start: 'node server.js', recipe: { staticOutput: null } },
  ],
  [
    'Create React App',
    node({
      scripts: { build: 'react-scripts build', start: 'react-scripts start' },
      dependencies: deps('react-scripts'),
    }),
    { kind: 'node', recipe: { staticOutput: { folder: 'build', isSinglePage: true } } },
  ],
  [
    'Angular',
    node(
      { scripts: { build: 'ng build', start: 'ng serve' }, devDependencies: deps('@angular/cli') },
      {
        'angular.json': json({
          projects: { shop: { architect: { build: { builder: '@angular/build:application', options: {} } } } },
        }),
      },
    ),
    { kind: 'node', recipe: { staticOutput: { folder: 'dist/shop/browser', isSinglePage: true } } },
  ],
  [
    'NestJS',
    node(
      {
        scripts: { build: 'nest build', start: 'nest start', 'start:prod': 'node dist/main' },
        dependencies: deps('@nestjs/core'),
        devDependencies: deps('@nestjs/cli'),
      },
      { 'src/main.ts': 'app.listen(process.env.PORT ?? 3333)' },
    ),
    { kind: 'node', start: 'node dist/main', port: 3333 },
  ],
])
