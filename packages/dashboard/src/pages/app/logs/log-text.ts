// Built from text, because a control character inside a regular expression is more often a mistake than not.
const [esc, bel] = ['\u001b', '\u0007']
const commandStrings = new RegExp(
  `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${bel}${esc}\u009c]*(?:${bel}|\u009c|${esc}\\\\)?`,
  'g',
)
const csi = new RegExp(`(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]?`, 'g')
const colour = new RegExp(`^${esc}\\[[\\d;]*m$`)
const otherEscapes = new RegExp(`${esc}(?!\\[)[ -/]*[0-~]?`, 'g')
/** Controls but tab and escape, and what reorders or hides the text around it, so that a line can pass for another. */
const controls = new RegExp(`[[\\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]--[\t${esc}]]`, 'v')
const allControls = new RegExp(controls, 'gv')
const suspect = new RegExp(`${controls.source}|${esc}`, 'v')

/** The line with nothing in it that acts but colours: other sequences go, other controls become signs. */
export function colouredText(text: string): string {
  if (!suspect.test(text)) return text
  return text
    .replace(commandStrings, '')
    .replace(csi, (sequence) => (colour.test(sequence) ? sequence : ''))
    .replace(otherEscapes, '')
    .replace(allControls, signOf)
}

/** As read and searched: without colours too. */
export function plainText(text: string): string {
  if (!suspect.test(text)) return text
  return text.replace(commandStrings, '').replace(csi, '').replace(otherEscapes, '').replace(allControls, signOf)
}

/** A sign for a control character: "␍" for a carriage return, "‹U+202E›" for what turns text around. */
function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
}

/** Longer lines are cut until somebody wants to see all of one. */
export const mostShown = 2_000

/** The beginning of a line, and how many characters that leaves out. Never ends in half a character or half a sequence. */
export function cutLine(text: string): { shown: string; leftOut: number } {
  if (text.length <= mostShown) return { shown: text, leftOut: 0 }
  const isHalf = /[\ud800-\udbff]/.test(text[mostShown - 1] ?? '')
  const shown = text.slice(0, isHalf ? mostShown - 1 : mostShown)
  return { shown, leftOut: text.length - shown.length }
}

/** For parts of a line that is shown whole: short enough that each is laid out in no time. */
export function* splitLine(text: string, size = 4_000): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + size, text.length)
    if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1] ?? '')) to++
    yield text.slice(from, to)
    from = to
  }
}
