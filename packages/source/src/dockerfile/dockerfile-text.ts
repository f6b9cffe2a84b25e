/** One stage: why it is there, and its instructions, of which some may not be needed. */
export type Stage = { why: string; lines: readonly (string | false | null | undefined)[] }

/** The classic builder must understand all of it: no here-documents, no mounts, no syntax line. */
export function writeDockerfile(header: readonly string[], stages: readonly Stage[]): string {
  const blocks = stages.map(({ why, lines }) => [`# ${why}`, ...lines.filter(Boolean)].join('\n'))
  return `${[header.map(commentLine).join('\n'), ...blocks].join('\n\n')}\n`
}

const commentLine = (text: string) => `# ${text.replace(/\s+/g, ' ')}`

/** The form without a shell, which gets signals itself. */
export const execForm = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(', ')}]`

export function envLine(environment: Readonly<Record<string, string>>): string | false {
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${quoteSetting(value)}`)
  return pairs.length > 0 && `ENV ${pairs.join(' ')}`
}

const quoteSetting = (value: string) =>
  /^[\w.:/$,+-]+$/.test(value) ? value : JSON.stringify(value).replaceAll('$', '\\$')

/** For a line that a shell reads. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''").replace(/[\r\n]/g, ' ')}'`

/** Copies files to where they lie in the source, a line for each folder of them. */
export function copyInPlace(paths: readonly string[], isFolder: (path: string) => boolean = () => false): string[] {
  const folders = Object.groupBy(
    paths.filter((path) => !isFolder(path)),
    (path) => path.slice(0, path.lastIndexOf('/') + 1),
  )
  const files = Object.entries(folders).map(([folder, inside = []]) => copyLine(inside, folder === '' ? './' : folder))
  return [...files, ...paths.filter(isFolder).map((path) => copyLine([path], `${path}/`))]
}

export function copyLine(sources: readonly string[], target: string, flags = ''): string {
  const isPlain = [...sources, target].every((path) => /^[\w@.+/-]+$/.test(path))
  if (isPlain) return `COPY ${flags}${[...sources, target].join(' ')}`
  // What looks like a pattern is taken as a name, and spaces need the other form.
  return `COPY ${flags}${execForm([...sources.map((path) => path.replace(/[[*?\\]/g, '[$&]')), target])}`
}

/** Of lines without a quote. */
export const writeFile = (path: string, lines: readonly string[]): string =>
  [`RUN printf '%s\\n' \\`, ...lines.map((line) => `      '${line}' \\`), `      > ${path}`].join('\n')

export function installPackages(names: readonly string[]): string | false {
  if (names.length === 0) return false
  return `RUN apt-get update \\\n && apt-get install -y --no-install-recommends ${names.join(' ')} \\\n && rm -rf /var/lib/apt/lists/*`
}

/** Nobody's user, and a folder that it may write to. */
export const addUser = 'RUN useradd --system --create-home app && mkdir /app && chown app:app /app'

export const readyMade =
  'The packages, apart from the sources: this stage is kept while what names them stays the same.'
export const whatRuns = 'What runs.'
