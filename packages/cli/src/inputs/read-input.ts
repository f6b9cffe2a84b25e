import { PlatformError } from '@berth/contract'

/**
 * The first word of standard input, so that a secret is in no list of processes and in no shell history. `flag`: what
 * asked for it, such as `--token`.
 */
export async function readWordFromInput(flag: string): Promise<string> {
  let text = ''
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece
  const word = text.trim().split(/\s/, 1)[0]
  if (word) return word
  throw new PlatformError('invalid_request', `${flag} -: standard input was empty`, {
    hint: `Pipe it in: ${flag} - < secret.txt`,
  })
}
