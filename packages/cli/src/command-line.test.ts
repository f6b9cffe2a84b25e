import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { nameOf, parseWords, unknownCommand } from '@berth/command-line'
import { PlatformError } from '@berth/contract'
import { commandGroups, commandNames, loadCommand } from './catalogue.ts'
import { type Command, type CommandGroup, isGroup } from './command.ts'
import { chooseCommand } from './command-group.ts'
import { deploy } from './commands/deploy.ts'
import { members } from './commands/members.ts'
import { rollback } from './commands/rollback.ts'
import { scale } from './commands/scale.ts'
import { tokens } from './commands/tokens.ts'
import { create } from './tokens/create.ts'

const commandFolder = join(import.meta.dirname, 'commands')

const argsOf = (...given: Parameters<typeof parseWords>) => {
  const parsed = parseWords(...given)
  assert.ok('args' in parsed)
  return parsed.args
}

const refused = (message: string | RegExp, hint?: string) => (error: unknown) => {
  assert.ok(error instanceof PlatformError)
  assert.equal(error.code, 'invalid_request')
  if (typeof message === 'string') assert.equal(error.message, message)
  else assert.match(error.message, message)
  if (hint) assert.equal(error.hint, hint)
  return true
}

test('reads units, repeated options and words after --', () => {
  const words = [
    '--image',
    'nginx',
    '--port',
    '80',
    '--env',
    'A=1',
    '--env',
    'B=x=y',
    '--cpu',
    '0.15',
    '--memory',
    '128M',
  ]
  const args = argsOf(deploy, [...words, '--deadline', '60s', '--', 'node', '--port', '3'])
  assert.equal(args.port, 80)
  assert.deepEqual(args.env, ['A=1', 'B=x=y'])
  assert.equal(args.cpu, 150)
  assert.equal(args.memory, 128 * 1024 ** 2)
  assert.equal(args.deadline, 60_000)
  assert.deepEqual(args.restOfCommand, ['node', '--port', '3'])
})

for (const [words, message] of [
  [['--port', 'abc'], '--port: use a port from 1 to 65535, not "abc"'],
  [['--port', '0'], '--port: use a port from 1 to 65535, not "0"'],
  [['--port', '70000'], '--port: use a port from 1 to 65535, not "70000"'],
  [['--port', '-1'], /--port|-1/],
  [['--port', '0x50'], '--port: use a port from 1 to 65535, not "0x50"'],
  [['--memory', 'lots'], '--memory: use a size such as 128M or 1G, not "lots"'],
  [['--memory', '1M'], '--memory: use at least 6M, which is what the engine accepts, not "1M"'],
  [['--cpu', '0'], '--cpu: use at least 0.01 cores, not "0"'],
  [['--reserve-cpu', 'x'], '--reserve-cpu: use a number of cores such as 0.15 or 2, or auto, not "x"'],
  [['--deadline', 'soon'], '--deadline: use a time such as 60s or 5m, not "soon"'],
  [['--health-path', 'x'], '--health-path: use a path that starts with "/" and has no spaces, not "x"'],
  [['--image', 'a b'], /^--image: use an image name such as .*, not "a b"$/],
  [['--name', "a'; rm -rf /"], /^--name: use 1 to 40 of .*, not "a'; rm -rf \/"$/],
  [['--name', '🚢'], /^--name: use 1 to 40/],
  [['--name', 'berth'], /use another name: "berth", .* are taken by the platform, not "berth"/],
  [['--cpu', '9999'], '--cpu: use at most 1024 cores, not "9999"'],
  [['--deadline', '0'], '--deadline: use a time from 1s to 1h, not "0"'],
  [['--name', 'x'.repeat(300)], /not "x{57}\.\.\."$/],
  [['--replicas', '0'], '--replicas: use 1 to 100 replicas; to have none, stop the app, not "0"'],
] as const) {
  test(`refuses ${words.join(' ').slice(0, 40)}`, () => {
    assert.throws(() => parseWords(deploy, words), refused(message))
  })
}

test('names an argument without dashes', () => {
  assert.throws(
    () => parseWords(scale, ['hello', 'many']),
    refused('replicas: use a whole number from 1 to 100, not "many"'),
  )
})

test('takes a release with and without its v', () => {
  assert.equal(argsOf(rollback, ['hello', 'v3']).release, 3)
  assert.equal(argsOf(rollback, ['hello', '3']).release, 3)
  assert.equal(argsOf(rollback, ['hello']).release, undefined)
})

test('suggests the nearest option and command', () => {
  assert.throws(
    () => parseWords(deploy, ['--imgae', 'x']),
    refused("unknown option '--imgae'", 'Did you mean --image?'),
  )
  assert.equal(unknownCommand('deplyo', commandNames).hint, 'Did you mean deploy?')
  assert.equal(unknownCommand('xyzzy', commandNames).hint, 'See berth --help')
  assert.equal(unknownCommand('constructor', commandNames).message, "unknown command 'constructor'")
})

test('says what is missing and what is too much', () => {
  assert.throws(
    () => parseWords(scale, ['hello']),
    refused("missing required argument 'replicas'", 'See berth scale --help'),
  )
  assert.throws(() => parseWords(deploy, ['.', 'nginx']), refused(/too many arguments/))
})

test('every command is in one section of the help, under the name of its file', async () => {
  const files = readdirSync(commandFolder).filter((file) => file.endsWith('.ts'))
  assert.deepEqual([...commandNames].sort(), files.map((file) => file.replace('.ts', '')).sort())
  assert.deepEqual(commandGroups.flatMap(({ names }) => [...names]).sort(), [...commandNames].sort())
  for (const name of commandNames) {
    const entry = await loadCommand(name)
    assert.equal(isGroup(entry) ? entry.name : nameOf(entry), name)
  }
})

test('a command of a group has the name of the group before its own', async () => {
  for (const name of commandNames) {
    const entry = await loadCommand(name)
    if (!isGroup(entry)) continue
    for (const [word, command] of Object.entries(entry.commands)) assert.equal(nameOf(command), `${name} ${word}`)
  }
})

const allCommands = await Promise.all(
  commandNames.map(async (name): Promise<Command[]> => {
    const entry = await loadCommand(name)
    return isGroup(entry) ? Object.values(entry.commands) : [entry]
  }),
)

test('every command has help, and its options are known to its schema', () => {
  for (const command of allCommands.flat()) {
    const name = nameOf(command)
    const parsed = parseWords(command, ['--help'])
    assert.ok('help' in parsed && parsed.help.includes(`Usage: berth ${name}`))
    const flags = Object.keys(command.options ?? {}).map((flag) => /--([a-z-]+)/.exec(flag)?.[1] ?? '')
    const keys = flags.map((flag) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    for (const key of keys) assert.ok(Object.hasOwn(command.args.shape, key), `${name} --${key}`)
  }
})

test('every listing of a group prints JSON too', () => {
  const listings = allCommands.flat().filter((command) => nameOf(command).endsWith(' ls'))
  assert.equal(listings.length, 11)
  for (const command of listings) assert.ok('--json' in (command.options ?? {}), nameOf(command))
})

const wordsFor = (group: CommandGroup, ...words: string[]) => {
  const chosen = chooseCommand(group, words)
  assert.ok('command' in chosen)
  return [nameOf(chosen.command), ...chosen.words]
}

test('a group runs what is named, and its first command when nothing is', () => {
  assert.deepEqual(wordsFor(tokens, 'rm', 'ci'), ['tokens rm', 'ci'])
  assert.deepEqual(wordsFor(tokens), ['tokens ls'])
  assert.deepEqual(wordsFor(tokens, '--json'), ['tokens ls', '--json'])
  assert.deepEqual(wordsFor(members, 'shop', '--json'), ['members ls', 'shop', '--json'])
})

test('a word that a group does not know is refused with the nearest one', () => {
  assert.throws(() => chooseCommand(tokens, ['crate']), refused("unknown command 'crate'", 'Did you mean create?'))
  assert.throws(() => chooseCommand(tokens, ['xyzzy']), refused("unknown command 'xyzzy'", 'See berth tokens --help'))
  assert.throws(() => chooseCommand(tokens, ['constructor']), refused("unknown command 'constructor'"))
})

test('the help of a group lists its commands', () => {
  for (const word of ['--help', '-h']) {
    const chosen = chooseCommand(tokens, [word])
    assert.ok('help' in chosen)
    assert.match(chosen.help, /^Usage: berth tokens <command> \[options\]\n/)
    assert.match(chosen.help, /^ {2}tokens create <name> {2}Make a token/m)
  }
})

test('takes days, weeks and years for the life of a token', () => {
  const expires = (text: string) => argsOf(create, ['ci', '--expires', text]).expires
  assert.deepEqual(['90d', '90', '12w', '1y'].map(expires), [90, 90, 84, 365])
  for (const text of ['0', '99y', 'soon', '-1d', '1h']) {
    assert.throws(() => expires(text), refused(/^--expires: use (a time such as 90d|1 to 3650 days)|^unknown option/))
  }
})
