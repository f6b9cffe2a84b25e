import { isCancel, password, text } from '@clack/prompts'

type Options = {
  isSecret?: boolean
  signal: AbortSignal
  /** Called for Ctrl-C, which is no signal while a prompt reads every key. */
  interrupt(): void
}

/** Undefined when there is nobody at a terminal. */
export async function ask(question: string, options: Options): Promise<string | undefined> {
  const { isSecret = false, signal, interrupt } = options
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const prompt = { message: question, signal, output: process.stderr }
  const answer = isSecret ? await password(prompt) : await text(prompt)
  if (!isCancel(answer)) return answer
  interrupt()
  throw signal.reason
}
