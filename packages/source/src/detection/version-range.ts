/**
 * The first of the known versions that a range allows. A known "20" stands for the newest 20 there is, so it is more than any
 * bound that begins with 20. Reads the ranges of npm, Composer, RubyGems and Python, as far as versions of languages need them.
 */
export function pickVersion(range: string, known: readonly string[]): string | undefined {
  const alternatives = range.split(/\s*\|\|?\s*/).map(parseComparators)
  return known.find((version) => alternatives.some((all) => all.every((allows) => allows(toNumbers(version)))))
}

/** "3.12.4" and not a range. */
export const isExactVersion = (text: string): boolean => /^\d+\.\d+\.\d+$/.test(text)

type Comparator = (version: readonly number[]) => boolean

const comparator = /(\^|~>|~=|~|>=|<=|>|<|===?|=|!=)?\s*v?(\d+(?:\.\d+)*)(?:\.[x*])*(?:[-+][\w.]+)?/gi

function parseComparators(range: string): Comparator[] {
  const spread = range.replace(/v?(\d[\d.]*)\s+-\s+v?(\d[\d.]*)/g, '>=$1 <=$2')
  return [...spread.matchAll(comparator)].map(([, sign = '=', text = '']) => compareBy(sign, toNumbers(text)))
}

function compareBy(sign: string, bound: readonly number[]): Comparator {
  switch (sign) {
    case '>=':
      return (version) => compare(version, bound) >= 0
    case '>':
      return (version) => compare(version, bound) > 0
    case '<':
      return (version) => compare(version, bound) < 0 && !startsWith(version, bound)
    case '<=':
      return (version) => compare(version, bound) <= 0 || startsWith(version, bound)
    case '^':
      return within(bound, bound[0] === 0 ? 2 : 1)
    case '~':
      return within(bound, Math.min(bound.length, 2))
    case '~>':
    case '~=':
      return within(bound, Math.max(bound.length - 1, 1))
    case '!=':
      return () => true
    default:
      return (version) => startsWith(version, bound)
  }
}

/** At least the bound, and the same in its first numbers. */
const within =
  (bound: readonly number[], count: number): Comparator =>
  (version) =>
    compare(version, bound) >= 0 && startsWith(version, bound.slice(0, count))

const toNumbers = (text: string) => text.split('.').map(Number)

/** What a known version leaves open is as much as anybody can ask for; what a bound leaves open is 0. */
function compare(version: readonly number[], bound: readonly number[]): number {
  for (let at = 0; at < Math.max(version.length, bound.length); at += 1) {
    const difference = (version[at] ?? Number.POSITIVE_INFINITY) - (bound[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const startsWith = (version: readonly number[], bound: readonly number[]) =>
  bound.every((part, at) => version[at] === undefined || version[at] === part)
