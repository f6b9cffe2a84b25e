import { closeSync, openSync } from 'node:fs'
import { isGone, readWhole } from './read-file.ts'

/** Files of the kernel's that are read every second: to open one takes up to ten times as long as to read it. */
export interface KeptFiles {
  /** Undefined once what the file is about has ended. */
  read(path: string): string | undefined
  /** An open net/dev keeps the network of its process alive, so none stays open longer than its instance. */
  close(): void
}

export function keptFiles(): KeptFiles {
  const opened = new Map<string, number>()

  function open(path: string): number {
    const file = openSync(path, 'r')
    opened.set(path, file)
    return file
  }

  function read(path: string): string | undefined {
    try {
      return readWhole(opened.get(path) ?? open(path))
    } catch (error) {
      if (!isGone(error)) throw error
      return undefined
    }
  }

  function close() {
    for (const file of opened.values()) closeSync(file)
    opened.clear()
  }

  return { read, close }
}
