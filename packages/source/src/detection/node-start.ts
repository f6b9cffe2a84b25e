import { digText, type Json, type Look } from './look.ts'
import { readProcfile, type Start, toArguments } from './start-command.ts'

/** What only those who work on an app run. */
const developmentServer =
  /^(vite( |$)(?!build)|webpack(-dev-server| serve)|next dev|nuxt dev|nuxi dev|astro (dev|preview)|react-scripts start|ng serve|vue-cli-service serve|parcel( |$)(?!build)|gatsby (develop|serve)|docusaurus (start|serve)|eleventy|vitepress|svelte-kit|remix dev|serve |http-server)/

const productionScripts = ['start:prod', 'start:production', 'start']

const entryFiles = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/app', 'src/main'].flatMap(
  (name) => ['.js', '.mjs', '.cjs', '.ts', '.mts'].map((end) => `${name}${end}`),
)

/** How a server of the app is started, by what the app says of itself; undefined where nothing does. */
export async function findNodeStart(look: Look, manifest: Json, runScript: string): Promise<Start | undefined> {
  return (await readProcfile(look)) ?? startOfScripts(manifest, runScript) ?? startOfFiles(look, manifest)
}

function startOfScripts(manifest: Json, runScript: string): Start | undefined {
  for (const name of productionScripts) {
    const script = digText(manifest, 'scripts', name)
    if (!script || developmentServer.test(withoutSettings(script).rest)) continue
    const from = `script "${name}" in package.json`
    const isAlone = !digText(manifest, 'scripts', `pre${name}`) && !digText(manifest, 'scripts', `post${name}`)
    return isAlone ? startOfScript(script, name, { from, runScript }) : { command: run(runScript, name), from }
  }
  return undefined
}

/** The program itself where the script is one: a package manager in front of it costs memory and signals. */
function startOfScript(script: string, name: string, { from, runScript }: { from: string; runScript: string }): Start {
  const { rest, environment } = withoutSettings(script)
  const command = toArguments(rest)
  const isPlain = command[0] !== 'sh' && !['npm', 'npx', 'pnpm', 'yarn', 'cross-env'].includes(command[0] ?? '')
  return isPlain ? { command, from, environment } : { command: run(runScript, name), from }
}

const run = (runScript: string, name: string) => [...runScript.split(' '), name]

/** `NODE_ENV=production node server.js`: what is set, and what is run. */
function withoutSettings(script: string): { rest: string; environment: Record<string, string> } {
  const environment: Record<string, string> = {}
  let rest = script.trim()
  for (let found = /^(\w+)=([\w.:/-]*)\s+/.exec(rest); found; found = /^(\w+)=([\w.:/-]*)\s+/.exec(rest)) {
    environment[found[1] ?? ''] = found[2] ?? ''
    rest = rest.slice(found[0].length)
  }
  return { rest, environment }
}

function startOfFiles(look: Look, manifest: Json): Start | undefined {
  const main = digText(manifest, 'main')?.replace(/^\.\//, '')
  if (main && look.has(main)) return { command: ['node', main], from: '"main" in package.json' }
  const found = look.firstOf(entryFiles)
  return found ? { command: ['node', found], from: found } : undefined
}

/** Where the first file that is started says which port it takes when nobody tells it another. */
export async function findNodePort(
  look: Look,
  command: readonly string[],
): Promise<{ port: number; from: string } | undefined> {
  const flag = /(?:^| )(?:--port|-p)[ =](\d{2,5})\b/.exec(command.join(' '))?.[1]
  if (flag) return { port: Number(flag), from: 'the start command' }
  const written = command[0] === 'node' ? command.find((word) => /\.[cm]?[jt]s$/.test(word)) : undefined
  const path = look.firstOf([written ?? '', ...sourcesOf(written ?? '')]) ?? look.firstOf(entryFiles)
  if (!path) return undefined
  const found =
    /PORT\b[^\n]{0,20}?(?:\|\||\?\?)\s*['"]?(\d{2,5})\b|\.listen\(\s*(\d{2,5})\b|\bport\s*[:=]\s*(\d{2,5})\b/i.exec(
      await look.text(path),
    )
  const port = found?.[1] ?? found?.[2] ?? found?.[3]
  return port ? { port: Number(port), from: path } : undefined
}

/** dist/server.js is likely made from src/server.ts. */
const sourcesOf = (path: string) =>
  [path.replace(/^(dist|build|lib|out)\//, 'src/'), path.replace(/^(dist|build|lib|out)\//, '')].map((each) =>
    each.replace(/\.([cm]?)js$/, '.$1ts'),
  )
