const hidden = '***'
/** Shorter than this, it cannot be told from any other word. */
const leastLength = 4

/** Takes secrets out of what a build wrote: each as a whole, and each line of those that have several. */
export function secretMask(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const words = Object.values(secrets)
    .flatMap((value) => [value.trim(), ...value.split(/\r?\n/).map((line) => line.trim())])
    .filter((word) => word.length >= leastLength)
  // The longest first: one may be part of another.
  const ordered = [...new Set(words)].sort((a, b) => b.length - a.length)
  return (text) => ordered.reduce((masked, word) => masked.replaceAll(word, hidden), text)
}
