import { PlatformError } from '@berth/contract'

const oldestApi = '1.41'

export type EngineFacts = {
  /** Undefined where none answers. */
  running: { version: string; apiVersion: string } | undefined
  isInstalled: boolean
  hasApt: boolean
  /** Whether systemd is the process that started all others. */
  hasSystemd: boolean
  osName: string
}

export type EngineStep = { kind: 'install' } | { kind: 'startService' } | { kind: 'startDaemon' }

/** What it takes to have an engine; nothing where one runs. Throws before anything changes where there is no way. */
export function planEngine(facts: EngineFacts): EngineStep[] {
  const { running, isInstalled, hasApt, hasSystemd, osName } = facts
  if (running) {
    requireVersion(running)
    return []
  }
  const start: EngineStep = { kind: hasSystemd ? 'startService' : 'startDaemon' }
  if (isInstalled) return [start]
  if (hasApt) return [{ kind: 'install' }, start]
  throw new PlatformError(
    'engine_unavailable',
    `There is no container engine, and Berth cannot install one on ${osName}`,
    {
      hint: 'Install Docker Engine 20.10 or newer (https://docs.docker.com/engine/install/), start it, and run this again',
    },
  )
}

export function requireVersion({ version, apiVersion }: { version: string; apiVersion: string }): void {
  if (apiVersion.localeCompare(oldestApi, 'en', { numeric: true }) >= 0) return
  throw new PlatformError('conflict', `The engine is Docker ${version} (API ${apiVersion}), which is too old`, {
    hint: `Upgrade it to 20.10 (API ${oldestApi}) or newer, and run this again`,
  })
}
