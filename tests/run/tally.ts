import { formatDuration } from '@berth/contract'
import { renderSlowest, type TimedFile } from './slowest.ts'

/** Counts what passed and failed, and shows it while it happens. */
export type Tally = ReturnType<typeof createTally>

export function createTally(print: (line: string) => void) {
  const counts = { passed: 0, failed: 0 }
  const files: TimedFile[] = []

  function pass(name: string, durationMs: number) {
    counts.passed++
    print(`ok    ${name}  (${formatDuration(durationMs)})`)
  }

  function fail(name: string, reason: string) {
    counts.failed++
    print(`FAIL  ${name}\n${indent(reason)}`)
  }

  /** For many at once, of which the failed ones have been shown. */
  function add({ passed, failed }: { passed: number; failed: number }) {
    counts.passed += passed
    counts.failed += failed
  }

  /** Of one test file, whose tests are counted apart. */
  function addFile(file: TimedFile) {
    files.push(file)
  }

  /** Counts as a test: a wrong type, or a set-up that does not work, is a failure like any other. */
  async function check(name: string, work: () => Promise<unknown>): Promise<boolean> {
    const startMs = performance.now()
    try {
      await work()
      pass(name, performance.now() - startMs)
      return true
    } catch (error) {
      fail(name, error instanceof Error ? error.message : String(error))
      return false
    }
  }

  const summary = () => `${counts.passed} passed, ${counts.failed} failed`

  const slowest = () => renderSlowest(files)

  return { pass, fail, add, addFile, check, counts, print, summary, slowest }
}

export const indent = (text: string) => text.replace(/^(?=.)/gm, '      ')
