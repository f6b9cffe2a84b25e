/** What one list of rules says of a path; undefined where it says nothing. */
export type Verdict = 'in' | 'out' | undefined

export type DockerIgnore = {
  verdictOf(path: string): Verdict
  /** Could a rule bring back something in a folder that is left out? */
  mayBringBack(folder: string): boolean
  /** The same, by a rule that names the way there and is not just a wildcard. */
  bringsBackByName(folder: string): boolean
}

type Rule = { pattern: RegExp; isException: boolean; literalStart: string }

/** Rules as Docker reads them: all from the root, a folder stands for what is in it, the last one that matches decides. */
export function parseDockerIgnore(text: string): DockerIgnore {
  const rules = text.split(/\r?\n/).flatMap((line) => parseRule(line) ?? [])
  const exceptions = rules.filter(({ isException }) => isException)
  const meets = (folder: string, { literalStart: start }: Rule) =>
    start === folder || start.startsWith(`${folder}/`) || folder.startsWith(`${start}/`)

  return {
    verdictOf(path) {
      const last = rules.findLast(({ pattern }) => listWithParents(path).some((one) => pattern.test(one)))
      if (!last) return undefined
      return last.isException ? 'in' : 'out'
    },
    mayBringBack: (folder) => exceptions.some((rule) => rule.literalStart === '' || meets(folder, rule)),
    bringsBackByName: (folder) => exceptions.some((rule) => rule.literalStart !== '' && meets(folder, rule)),
  }
}

function parseRule(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined
  const text = line.trim()
  const isException = text.startsWith('!')
  const segments = cleanSegments(isException ? text.slice(1).trim() : text)
  if (segments.length === 0) return undefined
  const wild = segments.findIndex((segment) => /[*?[\\]/.test(segment))
  const literalStart = (wild === -1 ? segments : segments.slice(0, wild)).join('/')
  return { pattern: toPattern(segments.join('/')), isException, literalStart }
}

function cleanSegments(text: string): string[] {
  const segments: string[] = []
  for (const segment of text.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return segments
}

const token = /\*\*\/?|\*|\?|\\.|\[[^\]]*\]|[^*?[\\]+|[\s\S]/g

function toPattern(glob: string): RegExp {
  const parts = glob.match(token) ?? []
  return new RegExp(`^${parts.map(toPatternPart).join('')}$`)
}

function toPatternPart(part: string): string {
  if (part === '**/') return '(?:.*/)?'
  if (part === '**') return '.*'
  if (part === '*') return '[^/]*'
  if (part === '?') return '[^/]'
  if (part.length > 2 && part.startsWith('[')) return part.replace(/\\/g, '\\\\')
  return escapePattern(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part)
}

const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** a/b/c: a, a/b, a/b/c. */
function listWithParents(path: string): string[] {
  const segments = path.split('/')
  return segments.map((_, at) => segments.slice(0, at + 1).join('/'))
}
