/** Best first. Only those that the build makes. */
const known = ['br', 'gzip'] as const

/** What a browser says that it can unpack. */
export function acceptedEncodings(header: string | string[] | undefined): (typeof known)[number][] {
  const offered = [header ?? []].flat().join(',').toLowerCase().split(',')
  const accepted = new Set(
    offered
      .map((part) => part.split(';').map((text) => text.trim()))
      .flatMap(([name = '', weight]) => (weight !== undefined && /^q=0(\.0*)?$/.test(weight) ? [] : [name])),
  )
  return known.filter((name) => accepted.has(name))
}
