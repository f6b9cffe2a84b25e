/** Tells that sessions have ended, so that what is open for them, such as a stream, can be closed. */
export interface SessionEnds {
  /** Without `sessionId`: all of the user. */
  notify(ended: EndedSessions): void
  /** Returns a function that stops it. */
  listen(listener: (ended: EndedSessions) => void): () => void
}

export type EndedSessions = { userId: string; sessionId?: string }

export function sessionEnds(): SessionEnds {
  const listeners = new Set<(ended: EndedSessions) => void>()
  return {
    notify(ended) {
      for (const listener of listeners) listener(ended)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
