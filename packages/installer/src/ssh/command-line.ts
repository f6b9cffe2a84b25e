import { PlatformError } from '@berth/contract'

/**
 * SSH has no argv: it hands one line to the user's login shell. This is the only place where such a line is made. Every
 * word is quoted, and in a way that sh, bash, zsh, fish and csh all read alike.
 */
export function commandLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new Error('A command has at least the name of its program')
  return argv.map(quoteWord).join(' ')
}

function quoteWord(word: string): string {
  // A line break inside quotes means different things to different shells, and no word of ours needs one.
  if (hasControlCharacter(word)) {
    throw new PlatformError(
      'invalid_request',
      `No word of a command may have control characters: ${JSON.stringify(word)}`,
    )
  }
  // Quotes and backslashes stand outside of the quotes: fish reads a backslash inside of them, the others do not.
  return `'${word.replace(/['\\]/g, (special) => `'\\${special}'`)}'`
}

const hasControlCharacter = (word: string) => [...word].some((character) => character < ' ' || character === '\x7f')
