import type { Logger } from 'pino'
import type { DeploymentRow } from './deployment-row.ts'

type Driving = { stop: AbortController; ended: Promise<void> }

/** Has one driver for each active deployment, and none for others: a cancelled one is stopped in whatever it does. */
export function deploymentSupervisor({
  drive,
  log,
}: {
  drive(row: DeploymentRow, signal: AbortSignal): Promise<void>
  log: Logger
}) {
  const driving = new Map<string, Driving>()

  function start(row: DeploymentRow) {
    const stop = new AbortController()
    const ended = drive(row, stop.signal)
      .catch((error: unknown) => {
        // The next pass starts another driver, which goes on from what is recorded.
        if (!stop.signal.aborted) log.error({ app: row.app, deploymentId: row.id, err: error }, 'driver_broke')
      })
      .finally(() => driving.delete(row.id))
    driving.set(row.id, { stop, ended })
  }

  function supervise(active: readonly DeploymentRow[]) {
    const wanted = new Set(active.map(({ id }) => id))
    for (const [id, { stop }] of driving) if (!wanted.has(id)) stop.abort(new Error('The deployment has ended'))
    for (const row of active) if (!driving.has(row.id)) start(row)
  }

  async function stopAll() {
    for (const { stop } of driving.values()) stop.abort(new Error('The server stops'))
    await Promise.all([...driving.values()].map(({ ended }) => ended))
  }

  return { supervise, stopAll, isBusy: () => driving.size > 0 }
}
