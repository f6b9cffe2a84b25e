import { closeSync, openSync, readSync } from 'node:fs'

const buffer = Buffer.allocUnsafe(64 * 1024)

/** For files that the kernel makes up: they never block, and one shared buffer leaves nothing to collect but the text. */
export function readKernelFile(path: string): string {
  const file = openSync(path, 'r')
  try {
    let length = 0
    // A table such as net/tcp comes a page at a time; one longer than the buffer is cut, listening sockets come first.
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null)
    }
    return buffer.toString('latin1', 0, length)
  } finally {
    closeSync(file)
  }
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

const isGone = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'ENODEV', 'ENOTDIR'].includes(String(error.code))
