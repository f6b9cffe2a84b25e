import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

const libraries = ['contract', 'engine', 'identity', 'source']
const mayImport: Record<string, string[]> = {
  contract: [],
  'command-line': ['contract'],
  engine: ['contract'],
  identity: ['contract'],
  source: ['contract'],
  server: libraries,
  agent: libraries,
  installer: [...libraries, 'command-line'],
  cli: ['contract', 'command-line', 'source'],
  dashboard: ['contract', 'source'],
}

/** What ships; tests and what only they use may do more. */
const isTest = (file: string) => /\.(test|suite)\.ts$/.test(file) || /^(test|fake)-/.test(basename(file))
const listSources = (name = '*') =>
  globSync(`packages/${name}/src/**/*.{ts,tsx}`, { cwd: root }).filter((file) => !isTest(file))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Each place where a pattern is found, as "file: text". */
const find = (files: readonly string[], pattern: RegExp) =>
  files.flatMap((file) => [...read(file).matchAll(pattern)].map(([text]) => `${file}: ${text}`))

test('every package has its rule about what it may import', () => {
  assert.deepEqual(
    globSync('packages/*/package.json', { cwd: root })
      .map((path) => path.split('/')[1])
      .sort(),
    Object.keys(mayImport).sort(),
  )
})

// Read the sources, not package.json: npm hoists workspaces, so an undeclared import still resolves.
for (const [name, allowed] of Object.entries(mayImport)) {
  test(`${name} imports only: ${allowed.join(', ') || 'nothing of ours'}`, () => {
    const strays = globSync(`packages/${name}/src/**/*.{ts,tsx}`, { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/['"]@berth\/([a-z-]+)/g)]
        .filter(([, target = '']) => !allowed.includes(target))
        .map(([, target]) => `${file} imports ${target}`),
    )
    assert.deepEqual(strays, [])
  })

  test(`${name} declares every package that it imports`, () => {
    const {
      dependencies = {},
      devDependencies = {},
    }: Record<string, Record<string, string>> = JSON.parse(read(`packages/${name}/package.json`))
    // What a bundler puts into files needs nothing installed where they are served.
    const declared = name === 'dashboard' ? { ...dependencies, ...devDependencies } : dependencies
    const imported = listSources(name).flatMap((file) =>
      [...read(file).matchAll(/(?:from|import\() ?'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/g)].map(
        ([, target = '']) => target,
      ),
    )
    const undeclared = new Set(imported.filter((target) => !target.startsWith('@berth/') && !(target in declared)))
    assert.deepEqual(
      [...undeclared].filter((target) => target !== 'node'),
      [],
    )
  })
}

test('a package is entered only by its index, but for what agents take of identity and pages of source', () => {
  const others = /['"]@berth\/(?!identity\/machine-side['"]|source\/packing-rules['"])[a-z-]+\/[^'"]*/g
  assert.deepEqual(find(listSources(), others), [])
})

test('what pages take of source runs in a browser', () => {
  assert.deepEqual(find(listSources('dashboard'), /['"]@berth\/source['"]/g), [])
  const folder = 'packages/source/src/packing'
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, next = ''] of read(`${folder}/${file}`).matchAll(/from '\.\/([^']*)'/g)) visit(next)
  }
  visit('packing-rules.ts')
  const outside = /from '(?:node:|\.\.)[^']*'/g
  assert.deepEqual(
    find(
      [...seen].map((file) => `${folder}/${file}`),
      outside,
    ),
    [],
  )
})

test('relative imports go up one level at most', () => {
  assert.deepEqual(find(listSources(), /from '\.\.\/\.\.\/[^']*'/g), [])
})

test('no program is started through a shell', () => {
  const all = globSync(['packages/*/src/**/*.ts', `${basename(import.meta.dirname)}/**/*.ts`], { cwd: root })
  const others = all.filter((file) => basename(file) !== basename(import.meta.filename))
  assert.deepEqual(find(others, /\bexecSync\b|\bshell: (?!false)\S+/g), [])
  const imports = others.flatMap((file) =>
    [...read(file).matchAll(/import (?:type )?\{([^}]*)\} from 'node:child_process'/g)].flatMap(([, names = '']) =>
      names.split(',').map((name) => ({ file, name: name.trim() })),
    ),
  )
  const harmless = ['spawn', 'execFile']
  assert.deepEqual(
    imports.filter(({ name }) => name !== '' && !harmless.includes(name) && !/^(type )?[A-Z]/.test(name)),
    [],
  )
  assert.deepEqual(
    find(others, /import (?!(?:type )?\{)[^'\n]*'node:child_process'|import\('node:child_process'\)/g),
    [],
  )
})

test('a line for a shell elsewhere is made in one place, of words that are all quoted', () => {
  const transport = 'packages/installer/src/ssh/'
  const others = listSources().filter((file) => !file.startsWith(transport))
  assert.deepEqual(find(others, /from 'ssh2'/g), [])
  assert.deepEqual(find(listSources(), /\.exec\((?!commandLine\()[^)]*, \(error/g), [])
  // What an image runs when it starts is not run here.
  const started = listSources().filter((file) => file !== 'packages/source/src/detection/start-command.ts')
  assert.deepEqual(find(started, /['"](?:ba|da|z)?sh['"], ['"]-\w*c['"]/g), [])
})

test('only config.ts and main.ts read the environment', () => {
  const others = listSources().filter((file) => !['config.ts', 'main.ts'].includes(basename(file)))
  assert.deepEqual(find(others, /\bprocess\.env\b(?!ironment)/g), [])
})
