import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeFault } from './dotenv.ts'
import { addedRow, changeOf, diffEnv, type EnvRow, envOf, listRowFaults, pasteInto, rowsOf } from './env-draft.ts'

const former = { A: '1', B: '2', C: '3' }

function edit(rows: readonly EnvRow[], name: string, to: Partial<EnvRow>): EnvRow[] {
  return rows.map((row) => (row.name === name ? { ...row, ...to } : row))
}

test('only what differs is deployed, and what goes is null', () => {
  const rows = [
    ...edit(edit(rowsOf(former), 'A', { value: 'one' }), 'B', { isRemoved: true }),
    { ...addedRow('new'), name: ' D ', value: '' },
    addedRow('blank'),
  ]
  const wanted = envOf(rows)
  const differences = diffEnv(former, wanted)
  assert.deepEqual(differences, [
    { name: 'A', kind: 'changed' },
    { name: 'B', kind: 'removed' },
    { name: 'D', kind: 'added' },
  ])
  assert.deepEqual(changeOf(differences, wanted), { A: 'one', B: null, D: '' })
})

test('a new name is an added variable and a removed one', () => {
  const rows = edit(rowsOf(former), 'A', { name: 'Z' })
  assert.deepEqual(diffEnv(former, envOf(rows)), [
    { name: 'A', kind: 'removed' },
    { name: 'Z', kind: 'added' },
  ])
})

test('nothing differs in what was not touched', () => {
  assert.deepEqual(diffEnv(former, envOf(rowsOf(former))), [])
})

test('rows say what is wrong with them, removed ones do not', () => {
  const rows = [
    ...edit(rowsOf(former), 'A', { name: '1bad', isRemoved: true }),
    { ...addedRow('twice'), name: 'B', value: 'x' },
    { ...addedRow('nameless'), value: 'x' },
    { ...addedRow('bad'), name: 'no spaces' },
  ]
  const faults = listRowFaults(rows, describeFault)
  assert.deepEqual([...faults.keys()], ['twice', 'nameless', 'bad'])
  assert.equal(faults.get('twice'), 'B is there twice')
  assert.equal(faults.get('nameless'), 'give it a name')
})

test('a pasted file sets what it names and leaves the rest', () => {
  const rows = pasteInto(
    rowsOf(former),
    new Map([
      ['B', 'two'],
      ['D', '4'],
    ]),
    { isWhole: false },
  )
  assert.deepEqual(Object.fromEntries(envOf(rows)), { A: '1', B: 'two', C: '3', D: '4' })
})

test('a pasted file that is the whole removes what it does not name', () => {
  const rows = pasteInto(
    rowsOf(former),
    new Map([
      ['B', 'two'],
      ['D', '4'],
    ]),
    { isWhole: true },
  )
  assert.deepEqual(diffEnv(former, envOf(rows)), [
    { name: 'A', kind: 'removed' },
    { name: 'B', kind: 'changed' },
    { name: 'C', kind: 'removed' },
    { name: 'D', kind: 'added' },
  ])
})
