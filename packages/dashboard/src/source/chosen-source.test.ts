import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChosenSource, chooseSource } from './chosen-source.ts'
import { type Found, foundInChoice, foundInDrop } from './found-folder.ts'

const never = new AbortController().signal

/** As a dialog for a folder gives them. */
const fileAt = (path: string, text = 'x') =>
  Object.defineProperty(
    new File([text], path.split('/').at(-1) ?? '', { lastModified: 1_700_000_000_000 }),
    'webkitRelativePath',
    {
      value: path,
    },
  )

const choose = (files: Record<string, string>) =>
  chooseSource(foundInChoice(Object.entries(files).map(([path, text]) => fileAt(path, text))), never)

/** What a tar has, read by the fields that POSIX gives them. */
async function readTar({ bytes }: ChosenSource) {
  const buffer = Buffer.from(await bytes.arrayBuffer())
  const entries: { path: string; text: string; mode: number; modifiedAtMs: number; type: string }[] = []
  let longPath: string | undefined
  for (let at = 0; buffer[at] !== 0; ) {
    const field = (from: number, length: number) =>
      buffer.toString('utf8', at + from, at + from + length).replace(/\0[\s\S]*$/, '')
    const sizeBytes = Number.parseInt(field(124, 12), 8)
    const text = buffer.toString('utf8', at + 512, at + 512 + sizeBytes)
    const type = field(156, 1)
    assert.equal(Number.parseInt(field(148, 7), 8), sumOf(buffer.subarray(at, at + 512)))
    assert.equal(field(257, 6), 'ustar')
    if (type === 'x') longPath = /^\d+ path=(.*)\n$/.exec(text)?.[1]
    else {
      const mode = Number.parseInt(field(100, 8), 8)
      const modifiedAtMs = Number.parseInt(field(136, 12), 8) * 1000
      entries.push({ path: longPath ?? field(0, 100), text, mode, modifiedAtMs, type })
      longPath = undefined
    }
    at += 512 + Math.ceil(sizeBytes / 512) * 512
  }
  return entries
}

const sumOf = (block: Buffer) => block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0)

test('a folder is packed without its own name, in the order of paths', async () => {
  const chosen = await choose({ 'shop/src/a.js': 'a', 'shop/Dockerfile': 'FROM x', 'shop/b': '' })
  assert.equal(chosen.name, 'shop')
  assert.equal(chosen.folder?.fileCount, 3)
  const entries = await readTar(chosen)
  assert.deepEqual(
    entries.map(({ path, text, type }) => [path, text, type]),
    [
      ['Dockerfile', 'FROM x', '0'],
      ['b', '', '0'],
      ['src/', '', '5'],
      ['src/a.js', 'a', '0'],
    ],
  )
  assert.equal(entries[0]?.modifiedAtMs, 1_700_000_000_000)
})

test('files may be executed, since a browser does not tell which may', async () => {
  const [first] = await readTar(await choose({ 'shop/gradlew': '#!/bin/sh' }))
  assert.equal(first?.mode, 0o755)
})

test('long paths and letters beyond ASCII arrive as they are', async () => {
  const long = `${'folder/'.repeat(20)}größe-✓.txt`
  const edge = `${'e'.repeat(200)}/${'f'.repeat(782)}`
  const entries = await readTar(await choose({ [`shop/${long}`]: 'x', [`shop/${edge}`]: 'y' }))
  assert.equal(entries.find(({ text }) => text === 'x')?.path, long)
  assert.equal(entries.find(({ text }) => text === 'y')?.path, edge)
})

test('ignore files decide what is sent, as for the command line', async () => {
  const { folder, ...chosen } = await choose({
    ...{ 'shop/.gitignore': '*.log\ndist\n', 'shop/.dockerignore': 'docs\n!dist/keep\n' },
    ...{ 'shop/a.log': '', 'shop/dist/b': '', 'shop/dist/keep/c': '', 'shop/docs/d': '' },
    ...{ 'shop/node_modules/e/f': '', 'shop/.git/HEAD': '', 'shop/sub/.gitignore': '!b.log\n', 'shop/sub/b.log': '' },
  })
  const entries = await readTar({ ...chosen, folder })
  assert.deepEqual(
    entries.filter(({ type }) => type === '0').map(({ path }) => path),
    ['.dockerignore', '.gitignore', 'dist/keep/c', 'sub/.gitignore', 'sub/b.log'],
  )
  assert.deepEqual([...(folder?.leftOut ?? [])].sort(), ['.git', 'a.log', 'dist', 'docs', 'node_modules'])
})

test('what was left out is never opened', async () => {
  const closed: Found = {
    kind: 'folder',
    name: 'node_modules',
    list: () => assert.fail('It was looked into'),
  }
  const root: Found = {
    kind: 'folder',
    name: 'shop',
    list: async () => [closed, ...foundInChoice([new File(['x'], 'a')])],
  }
  assert.equal((await chooseSource([root], never)).folder?.fileCount, 1)
})

test('an archive is sent as it is', async () => {
  const file = new File(['PK'], 'shop.zip')
  const chosen = await chooseSource(foundInChoice([file]), never)
  assert.deepEqual([chosen.name, chosen.bytes, chosen.folder], ['shop.zip', file, null])
})

test('several things that were dropped are the content of one folder', async () => {
  const files = [new File(['x'], 'package.json'), new File(['y'], 'server.js')]
  const found = foundInDrop({ items: [], files } as unknown as DataTransfer)
  const chosen = await chooseSource(found, never)
  assert.deepEqual([chosen.name, chosen.folder?.fileCount], ['', 2])
})

test('what cannot be sent is refused in words', async () => {
  const one = (name: string) => chooseSource(foundInChoice([new File(['x'], name)]), never)
  await assert.rejects(one('notes.txt'), { code: 'source_invalid', message: /notes\.txt is no folder, \.zip/ })
  await assert.rejects(choose({ 'shop/.git/HEAD': '' }), { code: 'source_invalid', message: /no file to send/ })
  const huge = Object.defineProperty(new File([], 'huge.zip'), 'size', { value: 600 * 1024 ** 2 })
  await assert.rejects(chooseSource(foundInChoice([huge]), never), { code: 'source_too_large', message: /600 MiB/ })
})

test('a browser that cannot read a file says so in words', async () => {
  const gone: Found = { kind: 'file', name: 'a', open: () => Promise.reject(new DOMException('no', 'NotFoundError')) }
  const root: Found = { kind: 'folder', name: 'shop', list: async () => [gone] }
  await assert.rejects(chooseSource([root], never), { code: 'source_invalid', message: /NotFoundError/ })
})
