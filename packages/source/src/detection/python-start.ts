import type { Look } from './look.ts'
import { readProcfile, type Start } from './start-command.ts'

export type PythonStart = Start & { framework: string; added: string[]; port?: number; warnings?: string[] }

const scriptFiles = ['main.py', 'app.py', 'server.py', 'run.py', 'wsgi.py', 'src/main.py', 'src/app.py', '__main__.py']

/** Whose port a server takes when it is not told one. */
export const pythonPort = 8000

/** How the app is started, from its Procfile, its framework or its files; the code is read to find the app's object. */
export async function findPythonStart(look: Look, names: ReadonlySet<string>): Promise<PythonStart | undefined> {
  const procfile = await readProcfile(look)
  if (procfile) return { ...procfile, framework: '', added: [] }
  const found = (await findDjango(look, names)) ?? (await findStreamlit(look, names)) ?? (await findObject(look, names))
  if (found) return found
  const script = look.firstOf(scriptFiles)
  return script ? { command: ['python', script], from: script, framework: '', added: [] } : undefined
}

async function findDjango(look: Look, names: ReadonlySet<string>): Promise<PythonStart | undefined> {
  const [manage] = look.find(/(^|\/)manage\.py$/)
  if (!manage) return undefined
  const settings = /DJANGO_SETTINGS_MODULE['"],\s*['"]([\w.]+)['"]/.exec(await look.text(manage))?.[1]
  const folder = manage.includes('/') ? manage.slice(0, manage.lastIndexOf('/')) : ''
  const within = (path: string) => (folder === '' ? path : `${folder}/${path}`)
  const parts = (settings ?? '').split('.')
  const module = [parts.slice(0, -1), parts.slice(0, -2), parts.slice(0, 1)]
    .map((each) => each.join('.'))
    .find((each) => each !== '' && look.has(within(`${each.replaceAll('.', '/')}/wsgi.py`)))
  if (!module) return undefined
  const where = folder === '' ? [] : ['--chdir', folder]
  return {
    command: ['gunicorn', ...where, `${module}.wsgi:application`],
    from: `${module}/wsgi.py`,
    framework: 'Django',
    added: names.has('gunicorn') ? [] : ['gunicorn'],
  }
}

async function findStreamlit(look: Look, names: ReadonlySet<string>): Promise<PythonStart | undefined> {
  const path = look.firstOf(['streamlit_app.py', ...scriptFiles])
  if (!names.has('streamlit') || !path) return undefined
  const port = 8501
  const command = ['streamlit', 'run', path, '--server.address=0.0.0.0', `--server.port=${port}`]
  return { command, from: path, framework: 'Streamlit', added: [], port }
}

type Kind = { name: string; pattern: RegExp; factory: RegExp; isAsync: boolean }

const kinds: Kind[] = [
  {
    name: 'FastAPI',
    pattern: /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.)?FastAPI\(/m,
    factory: /-> (?:fastapi\.)?FastAPI\b/,
    isAsync: true,
  },
  { name: 'Starlette', pattern: /^(\w+)\s*(?::[^=\n]+)?=\s*Starlette\(/m, factory: /-> Starlette\b/, isAsync: true },
  { name: 'Quart', pattern: /^(\w+)\s*(?::[^=\n]+)?=\s*Quart\(/m, factory: /-> Quart\b/, isAsync: true },
  { name: 'Flask', pattern: /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?Flask\(/m, factory: /Flask\(/, isAsync: false },
  { name: 'Flask', pattern: /^(\w+)\s*=\s*create_app\(/m, factory: /(?!)/, isAsync: false },
]

const mostFilesRead = 80

async function findObject(look: Look, names: ReadonlySet<string>): Promise<PythonStart | undefined> {
  const paths = look
    .find(/\.py$/)
    .filter((path) => !/(^|\/)(tests?|migrations|docs|examples?)\/|(^|\/)(test_|conftest)/.test(path))
  const read = paths.slice(0, mostFilesRead).map(async (path) => ({ path, text: await look.text(path) }))
  const files = await Promise.all(read)
  for (const kind of kinds) {
    const found = files.map(({ path, text }) => ({ path, name: kind.pattern.exec(text)?.[1] })).find(({ name }) => name)
    if (found?.name) return startObject(kind, found.path, { name: found.name, names, isFactory: false })
  }
  for (const kind of kinds) {
    const found = files.find(({ text }) => kind.factory.test(text) && /^def create_app\(/m.test(text))
    if (found) return startObject(kind, found.path, { name: 'create_app', names, isFactory: true })
  }
  return undefined
}

type Found = { name: string; names: ReadonlySet<string>; isFactory: boolean }

function startObject(kind: Kind, path: string, { name, names, isFactory }: Found): PythonStart {
  const inSource = path.startsWith('src/')
  const module = path
    .replace(/^src\//, '')
    .replace(/(\/__init__)?\.py$/, '')
    .replaceAll('/', '.')
  const server = kind.isAsync ? 'uvicorn' : 'gunicorn'
  const command = kind.isAsync
    ? [
        'uvicorn',
        ...(isFactory ? ['--factory'] : []),
        `${module}:${name}`,
        '--host',
        '0.0.0.0',
        '--port',
        `${pythonPort}`,
      ]
    : ['gunicorn', `${module}:${name}${isFactory ? '()' : ''}`]
  const hasServer = names.has(server) || (server === 'uvicorn' && names.has('fastapi-cli'))
  return {
    command,
    from: `${name} in ${path}`,
    framework: kind.name,
    added: hasServer ? [] : [server],
    environment: inSource ? { PYTHONPATH: '/app/src' } : {},
  }
}
