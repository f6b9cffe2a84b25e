import { statfs } from 'node:fs/promises'
import { type BuildFailure, formatBytes, formatDuration } from '@berth/contract'

type Refusal = Omit<BuildFailure, 'logLines'>

/** A limit that Berth holds a build to was reached: a result of what was built. */
export class LimitReached extends Error {
  readonly failure: Refusal

  constructor(failure: Refusal) {
    super(failure.message)
    this.failure = failure
  }
}

/** What one build may write, in all its layers. */
export const mostWrittenBytes = 10 * 1024 ** 3
/** Less than this, and the apps of the machine could not even write their logs. */
export const leastLeftBytes = 1024 ** 3
const lookEveryMs = 1_000

export type DiskLook = { freeBytesBefore: number; freeBytes: number }

/** Why a build must end for the sake of the disk, or undefined. Other programs write as well, so this is a guard, not a quota. */
export function planDiskStop({ freeBytesBefore, freeBytes }: DiskLook): Refusal | undefined {
  const writtenBytes = freeBytesBefore - freeBytes
  if (writtenBytes > mostWrittenBytes) {
    return {
      code: 'disk_limit',
      message: `The build wrote more than ${formatBytes(mostWrittenBytes)}`,
      hint: 'Remove what is not needed in the same instruction that makes it',
    }
  }
  // A disk that was full before is somebody else's doing; such a machine is not chosen in the first place.
  if (freeBytes >= leastLeftBytes || freeBytesBefore < leastLeftBytes) return undefined
  return {
    code: 'disk_limit',
    message: `The machine has less than ${formatBytes(leastLeftBytes)} of disk left`,
    hint: 'berth disk shows what can be removed; or build on another machine',
  }
}

/** Aborts `signal` when the build takes too long or too much disk, and then says so in `reached`. */
export function buildLimits({ timeLimitMs, folder }: { timeLimitMs: number; folder: string }, outer: AbortSignal) {
  const stop = new AbortController()
  const limits = {
    signal: AbortSignal.any([outer, stop.signal]),
    reached: undefined as LimitReached | undefined,
    stop: () => {
      clearTimeout(timer)
      clearInterval(disk)
    },
  }
  const reach = (failure: Refusal) => {
    limits.reached ??= new LimitReached(failure)
    stop.abort(limits.reached)
  }
  const timer = setTimeout(() => reach(tooLong(timeLimitMs)), timeLimitMs)
  let freeBytesBefore: number | undefined
  const look = async () => {
    const freeBytes = await freeBytesOf(folder)
    freeBytesBefore ??= freeBytes
    const failure = planDiskStop({ freeBytesBefore, freeBytes })
    if (failure) reach(failure)
  }
  // A look that fails is made up for by the next.
  const disk = setInterval(() => void look().catch(() => undefined), lookEveryMs)
  void look().catch(() => undefined)
  return limits
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

const tooLong = (timeLimitMs: number): Refusal => ({
  code: 'time_limit',
  message: `The build took longer than ${formatDuration(timeLimitMs)}`,
  hint: 'Allow more with --build-time 1h, if it is not simply stuck',
})
