import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { formatDuration } from '@berth/contract'
import { checkSources } from './checks.ts'
import { removeSession } from './machine.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { buildDashboard, prepareBrowser, prepareEngineTests } from './prerequisites.ts'
import { runAtOnce } from './run/at-once.ts'
import { runFiles } from './run/run-files.ts'
import { type Need, selectTests } from './run/selection.ts'
import { engineRoom, roomOf } from './run/slow-files.ts'
import { createTally } from './run/tally.ts'

const [argument] = process.argv.slice(2)
const isUnitOnly = argument === 'unit'
const pattern = isUnitOnly ? undefined : argument
const runId = `run-${process.pid}`
const cacheDir = join(process.env.BERTH_STATE_DIR || '/var/lib/berth', 'cache')

process.chdir(join(import.meta.dirname, '..'))
process.env.BERTH_TEST_RUN = runId
// Each file is a process of its own; this spares all but the first from stripping the same types again.
process.env.NODE_COMPILE_CACHE = join(process.cwd(), 'node_modules/.cache/berth/compiled')
const stop = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort(new Error(`Stopped by ${name}`)))

const startMs = performance.now()
const print = (line: string) => void process.stdout.write(`${line}\n`)
const progress = (words: string) => print(`      ${words}`)
const tally = createTally(print)
const { signal } = stop

const allFiles = globSync(['packages/*/src/**/*.test.ts', `${basename(import.meta.dirname)}/**/*.test.ts`])
const { files, namePattern } = selectTests(allFiles, pattern, (file) => readFileSync(file, 'utf8'))
const selected = isUnitOnly ? { ...files, postgres: [], browser: [], platform: [], engine: [] } : files

try {
  await runAll()
} catch (error) {
  tally.fail('the test run itself', error instanceof Error ? (error.stack ?? error.message) : String(error))
}
const slowest = tally.slowest()
if (slowest) print(`\n${slowest}`)
print(`\nTook ${formatDuration(performance.now() - startMs)}.`)
print(tally.summary())
process.exitCode = tally.counts.failed === 0 && tally.counts.passed > 0 ? 0 : 1

async function runAll() {
  if (Object.values(selected).every((names) => names.length === 0)) {
    tally.fail('selection', `Nothing matches ${pattern}: neither the path of a test file nor a test's name`)
    return
  }
  // Types and style take longer than the tests that need nothing: `npm run check` has them apart.
  const checks = pattern === undefined && !isUnitOnly ? checkSources(tally, signal) : undefined
  // More than there are processors: the longest files mostly wait.
  await Promise.all([checks, runGroup('nothing', availableParallelism() * 2)])
  if (selected.postgres.length > 0) await withPostgres(() => runGroup('postgres', availableParallelism()))
  if (selected.browser.length > 0) await withDashboard(() => runGroup('browser', availableParallelism()))
  if (selected.platform.length + selected.engine.length > 0) await withEngine(runEngineGroups)
}

async function runEngineGroups() {
  // Alone: a browser drops its connections whenever an engine makes or removes a network on this computer.
  await runGroup('platform', 1)
  const runFile = async (file: string) => {
    if (!signal.aborted) await runOf('engine', [file])
  }
  const jobs = selected.engine.map((file) => ({ size: roomOf(file), work: () => runFile(file) }))
  await runAtOnce(jobs, engineRoom)
  signal.throwIfAborted()
}

async function runGroup(need: Need, concurrency: number) {
  signal.throwIfAborted()
  await runOf(need, selected[need], concurrency)
  signal.throwIfAborted()
}

async function runOf(need: Need, files: readonly string[], concurrency = 1) {
  const isDetailed = need === 'platform' || need === 'engine'
  await runFiles(files, tally, { concurrency, namePattern, isDetailed, signal })
}

async function withPostgres(work: () => Promise<void>) {
  let postgres: TestPostgres | undefined
  await tally.check('PostgreSQL for the tests', async () => {
    postgres = await startPostgres(progress, signal)
  })
  if (!postgres) return
  process.env.BERTH_TEST_POSTGRES_URL = postgres.url
  try {
    await work()
  } finally {
    await postgres.stop()
  }
}

async function withDashboard(work: () => Promise<void>) {
  const dist = mkdtempSync(join(tmpdir(), 'berth-dashboard-'))
  process.env.BERTH_TEST_DASHBOARD = dist
  try {
    const isReady = await tally.check('a browser and the dashboard for the tests', async () => {
      await prepareBrowser({ onProgress: progress, signal })
      await buildDashboard(dist, signal)
    })
    if (isReady) await work()
  } finally {
    rmSync(dist, { recursive: true, force: true })
  }
}

async function withEngine(work: () => Promise<void>) {
  const isReady = await tally.check('engine, images and a browser for the tests', async () => {
    await prepareBrowser({ onProgress: progress, signal })
    await prepareEngineTests({ cacheDir, onProgress: progress, signal })
  })
  if (!isReady) return
  try {
    await work()
  } finally {
    await removeSession(runId)
  }
}
