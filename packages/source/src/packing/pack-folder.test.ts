import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { inspectArchive } from '../archive/inspect-archive.ts'
import { packFolder } from './pack-folder.ts'
import { type PackingOptions, planPacking } from './plan-packing.ts'

let scratch: string
let folder: string
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'berth-pack-'))
  folder = join(scratch, 'repository/app')
})
beforeEach(async () => {
  await rm(join(scratch, 'repository'), { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
})
after(() => rm(scratch, { recursive: true, force: true }))

async function write(files: Record<string, string>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

async function listSent(options?: PackingOptions) {
  const { entries } = await planPacking(folder, options)
  return entries.filter(({ kind }) => kind !== 'folder').map(({ path }) => path)
}

async function pack() {
  const plan = await planPacking(folder)
  const path = join(scratch, 'packed')
  await writeFile(path, packFolder(plan))
  return inspectArchive(path)
}

test('sends everything in the order of the paths, but for what belongs to a machine or a history', async () => {
  await write({ 'b/a': '', a: '', 'b.txt': '', '.git/config': '', 'node_modules/x/y': '', 'sub/node_modules/z': '' })
  await write({ '.env': '', 'app/__pycache__/a.pyc': '', '.venv/bin/python': '' })
  assert.deepEqual(await listSent(), ['.env', 'a', 'b.txt', 'b/a'])
})

test('leaves out what git ignores, by the rules of each folder', async () => {
  await write({ '.gitignore': '*.log\n/dist\n', 'a.log': '', 'dist/a': '', 'sub/dist/b': '', 'sub/b.log': '' })
  await write({ 'sub/.gitignore': '!b.log\nonly-here\n', 'sub/only-here': '', 'only-here': '' })
  assert.deepEqual(await listSent(), ['.gitignore', 'only-here', 'sub/.gitignore', 'sub/b.log', 'sub/dist/b'])
})

test('keeps to the rules of the repository that the folder is a part of, and to none above that', async () => {
  await write({ '../.git/HEAD': '', '../.gitignore': 'app/private\n*.tmp\n', '../../.gitignore': 'a\n' })
  await write({ private: '', 'a.tmp': '', a: '' })
  assert.deepEqual(await listSent(), ['a'])
})

test('Docker’s rules are heard after those of git: they leave out more, or bring back', async () => {
  await write({
    '.gitignore': 'dist\nsecret\n',
    '.dockerignore': 'docs\n!dist\n',
    'dist/a': '',
    secret: '',
    'docs/b': '',
  })
  assert.deepEqual(await listSent(), ['.dockerignore', '.gitignore', 'dist/a'])
})

test('an exception in a folder that is left out brings back that and nothing else', async () => {
  await write({ '.gitignore': 'dist\n', '.dockerignore': '!dist/keep\n', 'dist/keep/a': '', 'dist/b': '' })
  assert.deepEqual(await listSent(), ['.dockerignore', '.gitignore', 'dist/keep/a'])
})

test('what is never sent is sent when a rule names it, and not for a wildcard alone', async () => {
  const files = { 'node_modules/own/a.js': '', 'node_modules/b/c.js': '', '.git/HEAD': '' }
  await write({ ...files, '.dockerignore': '!**/*.js\n' })
  assert.deepEqual(await listSent(), ['.dockerignore'])
  await write({ '.dockerignore': '!node_modules/own\n!.git\n' })
  assert.deepEqual(await listSent(), ['.dockerignore', '.git/HEAD', 'node_modules/own/a.js'])
})

test('sends the Dockerfile and the rules themselves even where a rule says not to', async () => {
  await write({ '.dockerignore': '*\n', Dockerfile: '', a: '', 'deploy/prod.Dockerfile': '', 'deploy/b': '' })
  assert.deepEqual(await listSent(), ['.dockerignore', 'Dockerfile'])
  assert.deepEqual(await listSent({ sent: ['deploy/prod.Dockerfile'] }), [
    '.dockerignore',
    'Dockerfile',
    'deploy/prod.Dockerfile',
  ])
})

test('without git’s rules, only Docker’s hold', async () => {
  await write({ '.gitignore': 'dist\n', 'dist/a': '' })
  assert.deepEqual(await listSent({ usesGitIgnore: false }), ['.gitignore', 'dist/a'])
})

test('tells what was left out, without what lies below', async () => {
  await write({ 'node_modules/a/b': '', '.gitignore': 'x\n', x: '' })
  assert.deepEqual((await planPacking(folder)).leftOut.sort(), ['node_modules', 'x'])
})

test('what is packed can be unpacked, with rights, times, empty folders, links and long names', async () => {
  const long = `${'long/'.repeat(40)}größe.txt`
  await write({ run: 'x', [long]: 'y', empty: '' })
  await mkdir(join(folder, 'hollow'))
  await chmod(join(folder, 'run'), 0o700)
  await utimes(join(folder, 'run'), 1_700_000_000, 1_700_000_000)
  await symlink('run', join(folder, 'link'))
  const { format, entries } = await pack()
  const find = (path: string) => entries.find((entry) => entry.path === path)
  assert.equal(format, 'tar.gz')
  assert.deepEqual(find('run'), {
    path: 'run',
    kind: 'file',
    sizeBytes: 1,
    isExecutable: true,
    modifiedAtMs: 1_700_000_000_000,
    target: null,
  })
  assert.equal(find('link')?.target, 'run')
  assert.equal(find('hollow')?.kind, 'folder')
  assert.equal(find(long)?.sizeBytes, 1)
  assert.equal(find('empty')?.sizeBytes, 0)
})

test('the same folder packs to the same bytes', async () => {
  await write({ b: 'x', a: 'y', 'c/d': 'z' })
  const bytes = async () => buffer(packFolder(await planPacking(folder)))
  assert.deepEqual(await bytes(), await bytes())
})

test('refuses a link that leads out of the folder, unless a rule leaves it out', async () => {
  await write({ 'a/b': '' })
  await symlink('../../secret', join(folder, 'a/out'))
  await assert.rejects(planPacking(folder), { code: 'source_invalid', message: /a\/out is a link to .*outside/ })
  await write({ '.dockerignore': 'a/out\n' })
  assert.deepEqual(await listSent(), ['.dockerignore', 'a/b'])
})

test('a folder that is too large is refused with what makes it so', async () => {
  await write({ 'public/media/film': 'x'.repeat(9000), 'src/a': 'x'.repeat(500), b: 'x' })
  const limits = { bytes: 5000, entryCount: 100 }
  await assert.rejects(planPacking(folder, { limits }), {
    code: 'source_too_large',
    message:
      /9\.3 KiB to send, more than the 4\.9 KiB .* Most is in public\/media\/film \(8\.8 KiB\), src\/a \(500 B\), b/,
    hint: /\.dockerignore/,
  })
})

test('a folder of too many files is refused with where they are', async () => {
  await write(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`cache/${at}`, ''])))
  await assert.rejects(planPacking(folder, { limits: { bytes: 9, entryCount: 20 } }), /20 files .* cache \(31\)/)
})

test('stops when what was packed is too large', async () => {
  await write({ 'data/noise': 'x'.repeat(5000) })
  const packed = packFolder(await planPacking(folder), { packedLimitBytes: 10 })
  await assert.rejects(buffer(packed), { code: 'source_too_large', message: /data\/noise/ })
})

test('a file that shrinks while it is read is told as that', async () => {
  await write({ log: 'x'.repeat(1000) })
  const plan = await planPacking(folder)
  await write({ log: 'x' })
  await assert.rejects(buffer(packFolder(plan)), { code: 'source_invalid', message: /log became shorter/ })
})

test('tells how far it is', async () => {
  await write({ a: 'x'.repeat(200_000), b: 'y' })
  const seen: number[] = []
  const packed = packFolder(await planPacking(folder), { onProgress: ({ readBytes }) => seen.push(readBytes) })
  const { length } = await buffer(packed)
  assert.ok(length > 0)
  assert.equal(seen.at(-1), 200_001)
})

test('can be stopped', async () => {
  await write({ a: 'x'.repeat(200_000) })
  const stop = new AbortController()
  const packed = packFolder(await planPacking(folder), { signal: stop.signal })
  stop.abort(new Error('stopped by somebody'))
  await assert.rejects(buffer(packed), { name: 'AbortError' })
})
