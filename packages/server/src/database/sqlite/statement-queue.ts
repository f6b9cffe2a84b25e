import type { Outcome, Statement } from './statement.ts'

type Entry = { statement: Statement; resolve(outcome: Outcome): void; reject(error: unknown): void }
type Turn = { kind: 'batch'; entries: Entry[] } | { kind: 'exclusive'; begin(): void }

const batchLimit = 500

export type StatementQueue = ReturnType<typeof statementQueue>

/**
 * Who may use the one connection, in order of arrival: either a batch of single statements, which grows while the turn
 * before it runs (so they share one commit), or one transaction until it ends.
 */
export function statementQueue(sendBatch: (statements: Statement[]) => Promise<Outcome[]>) {
  const waiting: Turn[] = []
  let isTaken = false

  function next() {
    const turn = waiting.shift()
    isTaken = turn !== undefined
    if (turn?.kind === 'exclusive') turn.begin()
    if (turn?.kind === 'batch') void runBatch(turn.entries).finally(next)
  }

  function enqueue(turn: Turn) {
    waiting.push(turn)
    if (!isTaken) next()
  }

  async function runBatch(entries: readonly Entry[]) {
    try {
      const outcomes = await sendBatch(entries.map(({ statement }) => statement))
      entries.forEach((entry, index) => {
        const outcome = outcomes[index]
        if (outcome) entry.resolve(outcome)
        else entry.reject(new Error('The database worker left a statement unanswered'))
      })
    } catch (error) {
      for (const entry of entries) entry.reject(error)
    }
  }

  /** One statement of its own, committed when this resolves. */
  const run = (statement: Statement) =>
    new Promise<Outcome>((resolve, reject) => {
      const entry: Entry = { statement, resolve, reject }
      const last = waiting.at(-1)
      if (last?.kind === 'batch' && last.entries.length < batchLimit) last.entries.push(entry)
      else enqueue({ kind: 'batch', entries: [entry] })
    })

  /** Waits for the connection and keeps it until the returned function is called; calling that again does nothing. */
  const enter = () =>
    new Promise<() => void>((resolve) => {
      const leave = once(next)
      enqueue({ kind: 'exclusive', begin: () => resolve(leave) })
    })

  return { run, enter }
}

function once(act: () => void) {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    act()
  }
}
