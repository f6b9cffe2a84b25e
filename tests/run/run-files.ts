import { basename, relative } from 'node:path'
import { run } from 'node:test'
import { formatDuration } from '@berth/contract'
import { indent, type Tally } from './tally.ts'

export type RunOptions = {
  /** How many files at once. */
  concurrency: number
  namePattern: string | undefined
  /** Also the name of each test, for files that take minutes. */
  isDetailed: boolean
  signal: AbortSignal
}

/** Runs test files, each in a process of its own. */
export async function runFiles(files: readonly string[], tally: Tally, options: RunOptions): Promise<void> {
  if (files.length === 0) return
  const { concurrency, namePattern, isDetailed, signal } = options
  const running = run({
    files: [...files],
    concurrency,
    signal,
    ...(namePattern ? { testNamePatterns: [new RegExp(namePattern)] } : {}),
  })
  const output = new Map<string, string>()
  const keepOutput = ({ file = '', message }: { file?: string; message: string }) =>
    void output.set(file, (output.get(file) ?? '') + message)

  running.on('test:stdout', keepOutput)
  running.on('test:stderr', keepOutput)
  running.on('test:pass', ({ name, file = '', details, skip, nesting }) => {
    if (!isDetailed || details.type === 'suite' || nesting > 1) return
    const outcome = skip === undefined ? 'ok  ' : 'skip'
    tally.print(`${outcome}  ${shortName(file)}: ${name}  (${formatDuration(details.duration_ms)})`)
  })
  running.on('test:fail', ({ name, file = '', details }) => {
    const { error } = details
    if ('failureType' in error && error.failureType === 'subtestsFailed') return // Those have been shown.
    const said = output.get(file)?.trim()
    tally.print(`FAIL  ${name}  (${relative('.', file)})\n${indent(describeError(error))}`)
    if (said) tally.print(indent(`It wrote:\n${said.slice(-4000)}`))
  })
  running.on('test:summary', ({ file, counts, duration_ms: durationMs, success }) => {
    if (file === undefined) {
      const failed = counts.tests - counts.passed - counts.skipped - counts.todo
      // Something failed that is no test, such as a hook of a suite.
      tally.add({ passed: counts.passed, failed: failed === 0 && !success ? 1 : failed })
      return
    }
    if (counts.tests === 0 && success) return // No test of that name in here.
    tally.addFile({ file: relative('.', file), durationMs })
    const outcome = success ? 'ok  ' : 'FAIL'
    tally.print(
      `${outcome}  ${relative('.', file)}: ${counts.passed} of ${counts.tests}  (${formatDuration(durationMs)})`,
    )
  })
  for await (const _ of running);
}

/** Several files run at once, and each tells of its tests as they end. */
const shortName = (file: string) => basename(file).replace(/\..*/, '')

function describeError(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.stack?.includes(cause.message) ? cause.stack : `${cause.message}\n${cause.stack ?? ''}`
}
