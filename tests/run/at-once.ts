export type Job = {
  /** How much of the room it takes while it runs; one that takes more than there is runs alone. */
  size: number
  work(): Promise<void>
}

/** As many at once as there is room for. Always the first of those that fit is next. */
export async function runAtOnce(jobs: readonly Job[], room: number): Promise<void> {
  const waiting = [...jobs]
  const running = new Set<Promise<void>>()
  let free = room
  while (waiting.length + running.size > 0) {
    const at = waiting.findIndex(({ size }) => size <= free || running.size === 0)
    const [next] = at < 0 ? [] : waiting.splice(at, 1)
    if (!next) {
      await Promise.race(running)
      continue
    }
    const { size, work } = next
    free -= size
    const job: Promise<void> = work().finally(() => {
      free += size
      running.delete(job)
    })
    running.add(job)
  }
}
