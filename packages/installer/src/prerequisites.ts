import { join } from 'node:path'
import type Docker from 'dockerode'
import { ensureBaseImages } from './base-images/ensure-base-images.ts'
import type { InstallerConfig } from './config.ts'
import { ensureEngine } from './engine-setup/ensure-engine.ts'
import { stopEngine } from './engine-setup/stop-engine.ts'
import type { StateDir } from './state/state-dir.ts'
import type { StepReport } from './steps.ts'

/** Installs and starts an engine where there is none, and remembers that it was us; in words what was done. */
export async function prepareEngine(
  { dockerSocket, isThisMachine }: InstallerConfig,
  state: StateDir,
  report: StepReport,
): Promise<string[]> {
  if (!isThisMachine) {
    report.result(`the one at ${dockerSocket}`)
    return []
  }
  const engine = await ensureEngine({ socketPath: dockerSocket, onProgress: report.progress })
  if (engine.started) await state.updateRecord({ hasStartedEngine: true })
  const done = [...(engine.installed ? ['installed'] : []), ...(engine.started ? ['started'] : [])]
  report.result([`Docker ${engine.version}`, ...(done.length > 0 ? done : ['runs already'])].join(', '))
  return done.map((what) => `The engine was ${what}`)
}

/** Real images where they can be pulled, stand-ins where they cannot; in words what was added. */
export async function prepareBaseImages(docker: Docker, state: StateDir, report: StepReport): Promise<string[]> {
  const cacheDir = join(state.path, 'cache')
  const images = await ensureBaseImages({ docker, cacheDir, onProgress: report.progress })
  const added = images.filter(({ kind }) => kind !== 'keep')
  report.result(
    added.length === 0 ? 'all are there' : added.map(({ kind, name }) => `${name} ${past[kind]}`).join(', '),
  )
  return added.map(({ kind, name }) => `${kind === 'pull' ? 'Pull' : 'Make'} the image ${name}`)
}

const past = { keep: 'kept', pull: 'pulled', make: 'made' } as const

export async function isEngineOurs(state: StateDir): Promise<boolean> {
  return (await state.readRecord()).hasStartedEngine === true
}

export const stopOwnEngine = ({ dockerSocket }: InstallerConfig) => stopEngine({ socketPath: dockerSocket })
