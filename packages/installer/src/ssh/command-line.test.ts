import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { commandLine } from './command-line.ts'

const hostile = [
  '',
  ' ',
  'two words',
  '$(touch /tmp/owned)',
  '`id`',
  '; reboot',
  '&& id',
  '|| id',
  '| cat',
  '> /etc/passwd',
  "it's",
  "'",
  "''",
  "'; id; '",
  '"',
  '\\',
  '\\\\',
  "\\'",
  "'\\''",
  'a\\',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would expand.
  '${HOME}',
  '~root',
  '*',
  '/etc/*',
  '[a-z]?',
  '{a,b}',
  '!!',
  '!$',
  '#no comment',
  '-rf',
  '--',
  '=ls',
  'a=b',
  '%s%n',
  'ü ☃ 🚢',
  '\u00a0',
  '\u2028',
]

for (const shell of ['/bin/sh', '/bin/dash', '/bin/bash', '/usr/bin/zsh', '/usr/bin/fish', '/bin/csh']) {
  test(`${shell} reads back every word as it was`, { skip: !existsSync(shell) }, async () => {
    const line = commandLine([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...hostile,
    ])
    const { stdout } = await promisify(execFile)(shell, ['-c', line])
    assert.deepEqual(JSON.parse(stdout), hostile)
  })
}

test('quotes and backslashes stand outside of quotes, where all shells agree on them', () => {
  assert.equal(commandLine(['printf', "a'b", 'c\\d']), `'printf' 'a'\\''b' 'c'\\\\'d'`)
})

test('a word with a line break or another control character is refused', () => {
  for (const word of ['a\nb', '\0', 'a\rb', '\x1b[2J', '\x7f'])
    assert.throws(() => commandLine(['echo', word]), /control/)
})

test('nothing is no command', () => {
  assert.throws(() => commandLine([]))
})
