import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Statement } from './statement.ts'
import { statementRunner } from './statement-runner.ts'

const write = (sql: string): Statement => ({ sql, parameters: [], isRead: false })

function open() {
  const file = new DatabaseSync(':memory:')
  file.exec('create table words (word text primary key) strict')
  const words = () =>
    file
      .prepare('select word from words order by word')
      .all()
      .map(({ word }) => word)
  return { file, words, runner: statementRunner(file) }
}

test('in a batch one that fails takes nobody with it', () => {
  const { runner, words } = open()
  const insert = (word: string) => write(`insert into words values ('${word}')`)
  const outcomes = runner.runBatch([insert('a'), insert('a'), write('nonsense'), insert('b')])
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, false, false, true],
  )
  assert.deepEqual(words(), ['a', 'b'])
})

test('what one that fails had done by then is undone', () => {
  const { runner, words } = open()
  const half = write("insert or fail into words values ('x'), ('y'), ('x')")
  runner.runBatch([write("insert into words values ('a')"), half])
  assert.deepEqual(words(), ['a'])
})

test('one that ends the whole transaction fails all of the batch, since none of it is stored', () => {
  const { runner, words, file } = open()
  const outcomes = runner.runBatch([
    write("insert into words values ('a')"),
    write("insert or rollback into words values ('a')"),
    write("insert into words values ('b')"),
  ])
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [false, false, false],
  )
  assert.deepEqual([words(), file.isTransaction], [[], false])
})

test('a commit that fails fails all of the batch', () => {
  const { runner, file } = open()
  file.exec('create table orphans (word text references words (word) deferrable initially deferred)')
  const outcomes = runner.runBatch([
    write("insert into words values ('a')"),
    write("insert into orphans values ('none')"),
  ])
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [false, false],
  )
  assert.equal(file.isTransaction, false)
})

test('more different statements than the cache holds still all run', () => {
  const { runner, words } = open()
  for (let n = 0; n < 300; n++) runner.run(write(`insert into words values ('w${n}')`))
  for (let n = 0; n < 300; n++) assert.equal(runner.run(write(`insert into words values ('w${n}')`)).ok, false)
  assert.equal(words().length, 300)
})
