import { closeSync, openSync, readSync } from 'node:fs'

const buffer = Buffer.allocUnsafe(64 * 1024)

/** For files that the kernel makes up: they never block, and one shared buffer leaves nothing to collect but the text. */
export function readKernelFile(path: string): string {
  const file = openSync(path, 'r')
  try {
    return readWhole(file)
  } finally {
    closeSync(file)
  }
}

/** From its beginning, as the kernel tells it at this moment, however often it was read before. */
export function readWhole(file: number): string {
  let length = 0
  // A table such as net/tcp comes a page at a time; one longer than the buffer is cut, listening sockets come first.
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    read = readSync(file, buffer, length, buffer.length - length, length)
  }
  return buffer.toString('latin1', 0, length)
}

/** Undefined once the instance that the file is about has ended. */
export function findKernelFile(path: string): string | undefined {
  try {
    return readKernelFile(path)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'ENODEV', 'ENOTDIR'].includes(String(error.code))
