import { chooseVersion, wishOf, wishOfFile, wishOfTools } from './language-version.ts'
import { digText, type Look } from './look.ts'
import { noStart } from './not-recognized.ts'
import { listSystemLibraries, type PythonInstalling, readPythonInstalling } from './python-packages.ts'
import { findPythonStart, pythonPort } from './python-start.ts'
import type { Detected, PythonRecipe, Wanted } from './recipe.ts'

const python = { of: 'python', known: ['3.13', '3.14', '3.12', '3.11', '3.10', '3.9'] }

const nothingInstalled: PythonInstalling = {
  installer: 'none',
  requirements: null,
  manifests: [],
  packageFolders: [],
  needsSourceToInstall: false,
  hasHashes: false,
  names: new Set(),
  from: 'its .py files',
  warnings: [
    'Nothing names the packages that the app needs, so none are installed: requirements.txt or pyproject.toml would',
  ],
}

export async function detectPython(look: Look, wanted: Wanted): Promise<Detected<PythonRecipe> | undefined> {
  const installing =
    (await readPythonInstalling(look, wanted)) ?? (mayBePython(look, wanted) ? nothingInstalled : undefined)
  if (!installing) return undefined
  const found = await findPythonStart(look, installing.names)
  const start = wanted.startCommand ? { command: wanted.startCommand, from: 'config.json' } : found
  if (!start) {
    throw noStart(
      'Python',
      'manage.py, an object made by Flask, FastAPI, Starlette or Quart, a Procfile, main.py, app.py, server.py, run.py',
    )
  }
  const { version, warnings } = await choosePython(look, installing, wanted)
  const libraries = await listSystemLibraries(look, installing)
  const recipe: PythonRecipe = {
    kind: 'python',
    version: version.version,
    ...pick(installing, version.version),
    addedPackages: wanted.startCommand ? [] : (found?.added ?? []),
    collectsStatic: look.has('manage.py') && installing.names.has('whitenoise'),
    buildPackages: libraries.build,
    runPackages: libraries.run,
    port: wanted.port ?? portOf(start.command) ?? found?.port ?? pythonPort,
    startCommand: start.command,
    environment: found?.environment ?? {},
  }
  return {
    reason: `Python ${found?.framework ?? ''}`.trim().concat(` (${installing.from}), started by ${start.from}`),
    versions: [version],
    warnings: [...warnings, ...installing.warnings, ...warnOfAdded(recipe)],
    recipe: withPort(recipe),
  }
}

const mayBePython = (look: Look, wanted: Wanted) =>
  wanted.isGiven ||
  (!look.has('package.json') && look.firstOf(['manage.py', 'main.py', 'app.py', 'server.py', 'wsgi.py']) !== undefined)

function pick({ names: _names, from: _from, warnings: _warnings, ...installing }: PythonInstalling, version: string) {
  // Older ones cannot read the list of the dependencies by themselves.
  const isTooOld = installing.installer === 'dependencies' && /^3\.(\d|10)(\.|$)/.test(version)
  return isTooOld ? { ...installing, installer: 'project' as const, needsSourceToInstall: true } : installing
}

async function choosePython(look: Look, { installer }: PythonInstalling, wanted: Wanted) {
  const project = look.has('pyproject.toml') ? await look.toml('pyproject.toml') : {}
  const pipfile = installer === 'pipenv' ? await look.toml('Pipfile') : {}
  return chooseVersion(python, [
    wishOf(wanted.version, 'config.json'),
    await wishOfFile(look, '.python-version'),
    await wishOfFile(look, 'runtime.txt'),
    wishOf(digText(project, 'project', 'requires-python'), 'requires-python in pyproject.toml'),
    wishOf(digText(project, 'tool', 'poetry', 'dependencies', 'python'), 'python in pyproject.toml'),
    wishOf(digText(pipfile, 'requires', 'python_version'), 'python_version in Pipfile'),
    await wishOfTools(look, 'python'),
  ])
}

const portOf = (command: readonly string[]) => {
  const found = /(?:--port[ =]|--server\.port=|(?:-b|--bind)[ =][\w.]*:)(\d{2,5})\b/.exec(command.join(' '))?.[1]
  return found ? Number(found) : undefined
}

/** gunicorn hears PORT; uvicorn has to be told. */
function withPort(recipe: PythonRecipe): PythonRecipe {
  const { startCommand, port } = recipe
  if (startCommand[0] !== 'uvicorn') return recipe
  const at = startCommand.indexOf('--port')
  return at === -1 ? recipe : { ...recipe, startCommand: startCommand.with(at + 1, `${port}`) }
}

const warnOfAdded = ({ addedPackages, collectsStatic, startCommand }: PythonRecipe) => [
  ...addedPackages.map(
    (name) => `${name} runs the app and is not among its packages: it is added in its newest version`,
  ),
  ...(startCommand.some((word) => word.endsWith('.wsgi:application')) && !collectsStatic
    ? ['Django serves no static files in production: whitenoise among the packages would']
    : []),
]
