import { PlatformError } from '@berth/contract'

/** The first line of standard input, so that a token is in no list of processes and in no shell history. */
export async function readTokenFromInput(): Promise<string> {
  let text = ''
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece
  const token = text.trim().split(/\s/, 1)[0]
  if (token) return token
  throw new PlatformError('invalid_request', '--token -: standard input was empty', {
    hint: 'Pipe the token in: berth login <url> --token - < token.txt',
  })
}
