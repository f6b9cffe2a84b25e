import { join } from 'node:path'
import { runCommand } from '../packages/installer/src/system/run-command.ts'
import type { Tally } from './run/tally.ts'

const modules = join(import.meta.dirname, '../node_modules')
const binaries = join(modules, '.bin')
/** What the last check found, so that the next one looks only at what has changed. */
const buildInfo = join(modules, '.cache/berth/types.tsbuildinfo')

/** What is wrong without running anything. */
export async function checkSources(tally: Tally, signal: AbortSignal): Promise<void> {
  const run = (program: string, ...argv: string[]) =>
    runCommand([join(binaries, program), ...argv], { signal, shownLines: 200 })
  await tally.check('types (tsc)', () => run('tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', buildInfo))
  await tally.check('lint and format (biome)', () =>
    run('biome', 'check', '--diagnostic-level=warn', '--max-diagnostics=20'),
  )
}
