import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlatformError } from '@berth/contract'
import { choose } from './catalogue.ts'

function argsOf(...words: string[]) {
  const chosen = choose(words)
  assert.ok('args' in chosen, words.join(' '))
  return chosen.args
}

const refusal = (...words: string[]) => {
  try {
    choose(words)
  } catch (error) {
    const { code, message, hint } = error as PlatformError
    return [code, message, hint]
  }
  throw new Error(`${words.join(' ')} was not refused`)
}

test('reads units, names and switches', () => {
  const { names, cpus, memory, count, manager, json } = argsOf(
    ...['machines', 'create', 'big', '--cpus', '1.5', '--memory', '2G', '--count', '2', '--manager'],
  )
  assert.deepEqual([names, cpus, memory, count, manager, json], [['big'], 1500, 2 * 1024 ** 3, 2, true, false])
  assert.equal(argsOf('machines', 'add', 'ann@[::1]', '--identity-file', 'id')['user@host'], 'ann@[::1]')
  assert.deepEqual(argsOf('down', '--dry-run'), { data: false, dryRun: true, yes: false })
})

test('a wrong flag, word or value is answered as the command line program does, with the nearest that there is', () => {
  for (const [words, message, hint] of [
    [['machines', 'create', '--foo'], "unknown option '--foo'", 'See berth machines create --help'],
    [['machines', 'create', '--memry', '2G'], "unknown option '--memry'", 'Did you mean --memory?'],
    [['machines', 'create', '--count'], "option '--count <n>' argument missing", 'See berth machines create --help'],
    [['machines', 'create', '--count', 'two'], '--count: use a whole number from 1 to 999, not "two"', undefined],
    [['machines', 'add'], "missing required argument 'user@host'", 'See berth machines add --help'],
    [['machines', 'add', 'a@b', '--port', '0'], '--port: use a port from 1 to 65535, not "0"', undefined],
    [['machines', 'stop', 'a', 'b'], /too many arguments/, 'See berth machines stop --help'],
    [['machines', 'stop', '../x'], /^machine: use the host name/, undefined],
    [['machines', 'creat'], "unknown command 'creat'", 'Did you mean create?'],
    [['pu'], "unknown command 'pu'", 'Did you mean up?'],
    [['up', '--jsn'], "unknown option '--jsn'", 'Did you mean --json?'],
  ] as const) {
    const [code, said, advised] = refusal(...words)
    assert.equal(code, 'invalid_request')
    if (typeof message === 'string') assert.equal(said, message)
    else assert.match(said ?? '', message)
    if (hint) assert.equal(advised, hint)
  }
})

test('help shows all commands, those of a group, or one with its options', () => {
  const helpOf = (...words: string[]) => {
    const chosen = choose(words)
    assert.ok('help' in chosen)
    return chosen.help
  }
  assert.match(helpOf(), /^Usage: berth <command> \[options\]\n\nThis machine\n {2}up {20}/)
  assert.deepEqual(helpOf('help'), helpOf())
  assert.match(
    helpOf('machines'),
    /^Usage: berth machines <command>[\s\S]*machines add <user@host> +Make a real machine/,
  )
  assert.doesNotMatch(helpOf('machines', '--help'), /restore/)
  assert.match(
    helpOf('machines', 'add', '--help'),
    /--accept-new-host-key +for scripts[\s\S]*Examples:\n {2}berth machines/,
  )
  assert.deepEqual(helpOf('help', 'machines', 'add'), helpOf('machines', 'add', '-h'))
})
