import type { Logger } from 'pino'

type Driven = { id: string; app: string }
type Driving = { stop: AbortController; ended: Promise<void> }

/** Has one driver for each row that is wanted, and none for others: a cancelled one is stopped in whatever it does. */
export function createSupervisor<Row extends Driven>({
  drive,
  log,
}: {
  drive(row: Row, signal: AbortSignal): Promise<void>
  log: Logger
}) {
  const driving = new Map<string, Driving>()

  function start(row: Row) {
    const stop = new AbortController()
    const ended = drive(row, stop.signal)
      .catch((error: unknown) => {
        // The next pass starts another driver, which goes on from what is recorded.
        if (!stop.signal.aborted) log.error({ app: row.app, id: row.id, err: error }, 'driver_broke')
      })
      .finally(() => driving.delete(row.id))
    driving.set(row.id, { stop, ended })
  }

  function supervise(wanted: readonly Row[]) {
    const ids = new Set(wanted.map(({ id }) => id))
    for (const [id, { stop }] of driving) if (!ids.has(id)) stop.abort(new Error('It has ended'))
    for (const row of wanted) if (!driving.has(row.id)) start(row)
  }

  async function stopAll() {
    for (const { stop } of driving.values()) stop.abort(new Error('The server stops'))
    await Promise.all([...driving.values()].map(({ ended }) => ended))
  }

  return { supervise, stopAll, isDriving: (id: string) => driving.has(id), isBusy: () => driving.size > 0 }
}

export type Supervisor<Row extends Driven> = ReturnType<typeof createSupervisor<Row>>
