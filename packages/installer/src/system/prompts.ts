import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { PlatformError } from '@berth/contract'

/** A person who can be asked. */
export interface Prompts {
  ask(question: string): Promise<string>
  /** What is typed does not show. */
  askSecret(question: string): Promise<string>
}

/** Undefined where nobody sits at a terminal. */
export function terminalPrompts(input = process.stdin, output = process.stderr): Prompts | undefined {
  if (!input.isTTY || !output.isTTY) return undefined
  return {
    ask: (question) => readAnswer(output, question),
    async askSecret(question) {
      output.write(question)
      const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
      const answer = await readAnswer(hidden, '')
      output.write('\n')
      return answer
    },
  }

  async function readAnswer(shown: NodeJS.WritableStream, question: string): Promise<string> {
    const line = createInterface({ input, output: shown, terminal: true })
    const stop = new AbortController()
    // At a terminal the line reader takes Ctrl-C for itself, and after Ctrl-D nobody would ever answer.
    for (const end of ['SIGINT', 'close'] as const) line.once(end, () => stop.abort())
    try {
      return await line.question(question, { signal: stop.signal })
    } catch (cause) {
      throw new PlatformError('conflict', 'Interrupted', { cause })
    } finally {
      line.close()
    }
  }
}
