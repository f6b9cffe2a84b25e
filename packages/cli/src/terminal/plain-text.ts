// Built from text, because a control character inside a regular expression is more often a mistake than not.
const [esc, bel] = ['\u001b', '\u0007']
const commandStrings = new RegExp(
  `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${bel}${esc}\u009c]*(?:${bel}|\u009c|${esc}\\\\)?`,
  'g',
)
const csi = new RegExp(`(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]?`, 'g')
const otherEscapes = new RegExp(`${esc}[ -/]*[0-~]?`, 'g')
const sgr = new RegExp(`^${esc}\\[[\\d;:]*m$`)
/** Controls, and the characters that reorder what stands around them, so that a name can pass for another one. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u
const allControls = new RegExp(controls, 'gu')

/** For names, values and messages from elsewhere: nothing in them can drive the terminal or break a line. */
export const plainText = (text: string): string => colouredText(text, { isColored: false })

/** As plainText, but colours stay when the terminal shows them. */
export function colouredText(text: string, { isColored }: { isColored: boolean }): string {
  if (!controls.test(text)) return text
  const withoutStrings = text.replace(commandStrings, '')
  const colours = isColored ? (withoutStrings.match(csi) ?? []).filter((sequence) => sgr.test(sequence)) : []
  if (colours.length === 0) return withoutControls(withoutStrings)
  // What stands between two sequences is cleaned by itself, so that no removal can join the parts of a new one.
  let from = 0
  let clean = ''
  for (const match of withoutStrings.matchAll(csi)) {
    clean += withoutControls(withoutStrings.slice(from, match.index)) + (sgr.test(match[0]) ? match[0] : '')
    from = match.index + match[0].length
  }
  return `${clean}${withoutControls(withoutStrings.slice(from))}${esc}[0m`
}

const withoutControls = (text: string) =>
  text.replace(csi, '').replace(otherEscapes, '').replace(/\t/g, '  ').replace(allControls, '')

/** In double quotes, short, and harmless: for repeating in a message what somebody typed. */
export function quote(text: string): string {
  const plain = plainText(text)
  return `"${plain.length > 60 ? `${plain.slice(0, 57)}...` : plain}"`
}
