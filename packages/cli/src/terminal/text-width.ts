const esc = '\u001b'
const escapes = new RegExp(`${esc}\\[[\\d;:]*m`, 'g')
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u
const invisible = /\p{Mark}|\p{Default_Ignorable_Code_Point}/u

/** How many columns a terminal needs for the text, colours not counted. */
export function textWidth(text: string): number {
  const bare = text.replace(escapes, '')
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length
  let width = 0
  for (const character of bare) width += characterWidth(character)
  return width
}

const characterWidth = (character: string) => (invisible.test(character) ? 0 : wide.test(character) ? 2 : 1)

/** Ends with "…" where it had to cut. The text has no colours. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const character of text) {
    used += characterWidth(character)
    if (used > width - 1) break
    cut += character
  }
  return width > 0 ? `${cut}…` : ''
}

export const padText = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))
