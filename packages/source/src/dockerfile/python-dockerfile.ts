import type { PythonInstaller, PythonRecipe } from '../detection/recipe.ts'
import {
  addUser,
  copyInPlace,
  envLine,
  execForm,
  installPackages,
  readyMade,
  type Stage,
  shellWord,
  whatRuns,
} from './dockerfile-text.ts'

export function pythonStages(recipe: PythonRecipe): Stage[] {
  return hasPackages(recipe) ? [packagesStage(recipe), runStage(recipe)] : [runStage(recipe)]
}

const imageOf = ({ version }: PythonRecipe) => `python:${version}-slim`

const hasPackages = ({ installer, addedPackages }: PythonRecipe) => installer !== 'none' || addedPackages.length > 0

function packagesStage(recipe: PythonRecipe): Stage {
  const { installer, buildPackages, needsSourceToInstall, manifests, packageFolders: folders } = recipe
  const tool = tools[installer]
  const why = needsSourceToInstall ? 'The packages, in a folder of their own. The app itself is among them.' : readyMade
  return {
    why,
    lines: [
      `FROM ${imageOf(recipe)} AS packages`,
      installPackages(buildPackages),
      'ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
      `RUN python -m venv /venv${tool ? ` && pip install ${tool}` : ''}`,
      envLine({ VIRTUAL_ENV: '/venv', PATH: '/venv/bin:$PATH', ...(installer === 'uv' ? uvSettings : {}) }),
      'WORKDIR /app',
      ...(needsSourceToInstall
        ? ['COPY . .']
        : copyInPlace([...manifests, ...folders], (path) => folders.includes(path))),
      ...install(recipe),
    ],
  }
}

const tools: Partial<Record<PythonInstaller, string>> = { poetry: 'poetry', uv: 'uv', pdm: 'pdm', pipenv: 'pipenv' }

const uvSettings = { UV_PROJECT_ENVIRONMENT: '/venv', UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy' }

/** With pip all at once: what a server that is added needs has to fit the others, and comes from where they come from. */
function install(recipe: PythonRecipe): (string | false)[] {
  const added = recipe.addedPackages.map((name) => ` ${name}`).join('')
  const pip = installWithPip(recipe)
  if (pip && !recipe.hasHashes) return [`${pip}${added}`]
  return [pip ?? installWithTool(recipe), added !== '' && `RUN pip install${added}`]
}

function installWithPip({ installer, requirements }: PythonRecipe): string | undefined {
  if (installer === 'pip') return `RUN pip install -r ${shellWord(requirements ?? 'requirements.txt')}`
  if (installer === 'project') return 'RUN pip install .'
  return installer === 'dependencies' ? `${listDependencies}\nRUN pip install -r /dependencies.txt` : undefined
}

const listDependencies = [
  "RUN python -c \"import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project'].get('dependencies', []), sep='\\n')\" \\",
  '      > /dependencies.txt',
].join('\n')

function installWithTool({ installer, manifests }: PythonRecipe): string | false {
  switch (installer) {
    case 'poetry':
      return 'RUN poetry install --only main --no-root --no-interaction'
    case 'uv':
      return 'RUN uv sync --locked --no-dev --no-install-project'
    case 'pdm':
      return 'RUN pdm sync --prod --no-self'
    case 'pipenv':
      return manifests.includes('Pipfile.lock') ? 'RUN pipenv sync' : 'RUN pipenv install --skip-lock'
    default:
      return false
  }
}

function runStage(recipe: PythonRecipe): Stage {
  const { runPackages, environment, port, startCommand, collectsStatic } = recipe
  const path: Record<string, string> = hasPackages(recipe) ? { PATH: '/venv/bin:$PATH' } : {}
  return {
    why: whatRuns,
    lines: [
      `FROM ${imageOf(recipe)}`,
      installPackages(runPackages),
      envLine({ PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...environment, PORT: `${port}`, ...path }),
      addUser,
      'WORKDIR /app',
      hasPackages(recipe) && 'COPY --from=packages /venv /venv',
      'COPY --chown=app:app . .',
      'USER app',
      // Needs no database, but most settings want some key to begin with.
      collectsStatic && 'RUN SECRET_KEY=unused DJANGO_SECRET_KEY=unused python manage.py collectstatic --noinput',
      `EXPOSE ${port}`,
      `CMD ${execForm(startCommand)}`,
    ],
  }
}
