import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { runCommand } from './run-command.ts'

const script = (text: string) => [process.execPath, '-e', text]

test('answers with what the program wrote, and shows each line while it runs', async () => {
  const lines: string[] = []
  const output = await runCommand(script('console.log("one"); console.error("two")'), {
    onLine: (line) => lines.push(line),
  })
  assert.equal(output, 'one')
  assert.deepEqual(lines.sort(), ['one', 'two'])
})

test('a failure carries the exit code and the last lines', async () => {
  await assert.rejects(runCommand(script('console.error("no space left"); process.exit(3)')), /3:\nno space left$/)
})

test('a program that is not there is said to be missing', async () => {
  await assert.rejects(
    runCommand(['no-such-program']),
    (error) => error instanceof PlatformError && error.message === 'no-such-program is not installed',
  )
})

test('an argument is never read by a shell', async () => {
  assert.equal(await runCommand([...script('console.log(process.argv[1])'), '$(id); `id` && id']), '$(id); `id` && id')
})

test('ends with its signal', async () => {
  const stop = new AbortController()
  const running = runCommand(script('console.log("up"); setInterval(() => {}, 1000)'), {
    onLine: () => stop.abort(),
    signal: stop.signal,
  })
  await assert.rejects(running, { name: 'AbortError' })
})
