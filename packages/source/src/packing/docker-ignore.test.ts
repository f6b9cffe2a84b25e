import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerIgnore } from './docker-ignore.ts'

/** Rules, then paths and what becomes of them; the answers are those of `docker build`. */
const cases: [string, Record<string, 'in' | 'out' | undefined>][] = [
  ['', { a: undefined }],
  ['# dist\n\n  \n', { dist: undefined, '# dist': undefined }],
  ['dist', { dist: 'out', 'dist/a/b': 'out', 'src/dist': undefined, distant: undefined }],
  ['/dist/', { dist: 'out', 'dist/a': 'out' }],
  ['./a/../dist', { dist: 'out', a: undefined }],
  ['**/dist', { dist: 'out', 'a/b/dist': 'out', 'a/b/dist/c': 'out' }],
  ['*.log', { 'a.log': 'out', 'b/a.log': undefined }],
  ['**/*.log', { 'a.log': 'out', 'b/c/a.log': 'out', 'a.logs': undefined }],
  ['*/temp*', { 'a/temp1': 'out', 'a/b/temp1': undefined, temp: undefined }],
  ['temp?', { temp1: 'out', temp: undefined, 'temp/a': undefined }],
  ['docs/**', { 'docs/a/b': 'out', docs: undefined }],
  ['[ab].txt', { 'a.txt': 'out', 'c.txt': undefined }],
  ['[^ab].txt', { 'c.txt': 'out', 'a.txt': undefined }],
  ['a\\*b', { 'a*b': 'out', axb: undefined }],
  ['a.b+(c)', { 'a.b+(c)': 'out', 'aXb+(c)': undefined }],
  ['*.md\n!README.md', { 'a.md': 'out', 'README.md': 'in' }],
  ['*.md\n!README*.md\nREADME-secret.md', { 'README-a.md': 'in', 'README-secret.md': 'out' }],
  ['dist\n!dist/keep', { 'dist/a': 'out', 'dist/keep': 'in', 'dist/keep/b': 'in' }],
  ['*\n!src', { 'a/b': 'out', src: 'in', 'src/x/y': 'in' }],
  ['a \r\nb\r\n', { a: 'out', b: 'out' }],
]

for (const [rules, paths] of cases) {
  test(`with the rules ${JSON.stringify(rules)}`, () => {
    const { verdictOf } = parseDockerIgnore(rules)
    assert.deepEqual(Object.fromEntries(Object.keys(paths).map((path) => [path, verdictOf(path)])), paths)
  })
}

test('looks into a folder that is left out only where a rule could bring something back', () => {
  const rules = parseDockerIgnore('dist\n!dist/a/keep')
  assert.deepEqual(
    ['dist', 'dist/a', 'dist/b', 'other'].map((folder) => rules.mayBringBack(folder)),
    [true, true, false, false],
  )
  const wild = parseDockerIgnore('*\n!**/*.ts')
  assert.deepEqual([wild.mayBringBack('any'), wild.bringsBackByName('any')], [true, false])
})
