import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectSource } from './detect-source.ts'
import { memoryView } from './source-view.ts'

type Files = Record<string, string>

const detect = (files: Files, dockerfile?: string) => detectSource(memoryView(files), { dockerfile })
const json = (value: unknown) => JSON.stringify(value)
const service = (over: object) => ({ name: 'app-server', language: 'python', startCommand: 'python main.py', ...over })
const config = (...services: object[]) => ({ 'config.json': json({ application: 'shop', services }), 'main.py': '' })

test('a Dockerfile is built, whatever else is there', async () => {
  const files = { Dockerfile: 'FROM a\nEXPOSE 8080', 'package.json': '{}', ...config(service({})) }
  const { from, services } = await detect(files)
  assert.equal(from, 'dockerfile')
  assert.deepEqual(
    services.map(({ name, kind, port, isFace }) => ({ name, kind, port, isFace })),
    [{ name: 'app-server', kind: 'dockerfile', port: 8080, isFace: true }],
  )
})

test('a Dockerfile is built by the name that was given', async () => {
  const files = { Dockerfile: 'FROM a', 'deploy/prod.Dockerfile': 'FROM b\nEXPOSE 81/udp 80/tcp' }
  const { services } = await detect(files, 'deploy/prod.Dockerfile')
  assert.deepEqual(services[0]?.build, { kind: 'dockerfile', path: 'deploy/prod.Dockerfile' })
  assert.equal(services[0]?.port, 80)
})

test('a Dockerfile that is not there is told with those that are', async () => {
  await assert.rejects(detect({ 'a/Dockerfile': 'FROM a' }, 'b/Dockerfile'), {
    code: 'source_invalid',
    message: /no Dockerfile b\/Dockerfile .* There are: a\/Dockerfile/,
  })
})

for (const [what, text, port] of [
  ['of the last stage', 'FROM a AS b\nEXPOSE 1\nFROM c\nEXPOSE 2 3', 2],
  ['that a setting holds', `FROM a\nENV PORT=3000\nEXPOSE \${PORT}`, 3000],
  ['on a line that goes on', 'FROM a\nEXPOSE \\\n  90', 90],
  ['not named', 'FROM a', null],
  ['named by what only a build knows', 'FROM a\nEXPOSE $UNKNOWN', null],
] as const) {
  test(`the port of a Dockerfile is the one ${what}`, async () => {
    const { services } = await detect({ Dockerfile: text })
    assert.equal(services[0]?.port, port)
    assert.equal(services[0]?.warnings.length, port === null ? 1 : 0)
  })
}

test('a Dockerfile without FROM is refused before a machine is bothered', async () => {
  await assert.rejects(detect({ Dockerfile: 'RUN x' }), { code: 'source_invalid', message: /no FROM/ })
})

test('config.json names the app and its services, and the face comes first', async () => {
  const worker = { name: 'worker', language: 'nodejs', version: 22, startCommand: ['node', 'w.js'], folder: './jobs/' }
  const face = service({ version: 3.12, port: 5000, environment: { DEBUG: false, WORKERS: 4, NAME: 'x' } })
  const { from, application, services } = await detect({ ...config(worker, face), 'jobs/w.js': '' })
  assert.equal(from, 'config')
  assert.equal(application, 'shop')
  const [app, jobs] = services
  assert.deepEqual(app?.environment, { DEBUG: 'false', WORKERS: '4', NAME: 'x' })
  assert.deepEqual([app?.name, app?.isFace, app?.kind, app?.port], ['app-server', true, 'python', 5000])
  assert.deepEqual(app?.versions, [{ of: 'python', version: '3.12', from: 'config.json' }])
  assert.deepEqual(
    [jobs?.name, jobs?.isFace, jobs?.folder, jobs?.startCommand, jobs?.port],
    ['worker', false, 'jobs', ['node', 'w.js'], null],
  )
})

test('a single service is the face, whatever it is called', async () => {
  const { services } = await detect(config(service({ name: 'web' })))
  assert.deepEqual(
    services.map(({ name, isFace }) => ({ name, isFace })),
    [{ name: 'web', isFace: true }],
  )
})

test('a start command that needs a shell gets one, and gives its place to the app', async () => {
  const { services } = await detect(config(service({ startCommand: 'gunicorn app:app --bind 0.0.0.0:$PORT' })))
  assert.deepEqual(services[0]?.startCommand, ['sh', '-c', 'exec gunicorn app:app --bind 0.0.0.0:$PORT'])
})

test('a requirements file that config.json names is the one that is installed', async () => {
  const { services } = await detect({
    ...config(service({ requirements: 'deps/prod.txt' })),
    'deps/prod.txt': 'flask==3',
  })
  const { build } = services[0] ?? {}
  assert.ok(build?.kind === 'recipe' && build.detected.recipe.kind === 'python')
  assert.equal(build.detected.recipe.requirements, 'deps/prod.txt')
})

for (const [what, files, words] of [
  ['an unknown key', config(service({ start: 'x' })), /Unrecognized key.*start/],
  ['an unknown language', config(service({ language: 'cobol' })), /services\.0\.language: .*use one of node, python/],
  ['a port that is none', config(service({ port: 70_000 })), /services\.0\.port: use a port from 1 to 65535/],
  ['a name that is none', config(service({ name: 'App Server' })), /services\.0\.name/],
  ['two of one name', config(service({}), service({})), /two services are called app-server/],
  ['no face', config(service({ name: 'a' }), service({ name: 'b' })), /must be called app-server/],
  ['a folder outside', config(service({ folder: '../x' })), /use a path within the source/],
  [
    'a folder that is not there',
    config(service({ folder: 'x' })),
    /app-server of config\.json: its folder x holds no files/,
  ],
  ['a file that is not there', config(service({ requirements: 'x.txt' })), /there is no file x\.txt/],
  ['a language that is not there', config(service({ language: 'go' })), /can be built as go: there is no go\.mod/],
  ['no services', { 'config.json': json({ application: 'a', services: [] }) }, /name at least one service/],
  ['no application', { 'config.json': json({ services: [service({})] }) }, /application/],
] as const) {
  test(`a config.json with ${what} is refused in words`, async () => {
    await assert.rejects(detect(files), { code: 'source_invalid', message: words })
  })
}

test('a config.json that is the app’s own is none of ours', async () => {
  for (const own of ['{"color": "red"}', '[1]', 'no json']) {
    assert.equal((await detect({ 'config.json': own, 'index.html': '' })).from, 'files')
  }
})

test('where nothing matches, what was looked for and what is there are told', async () => {
  await assert.rejects(detect({ 'notes.txt': '', 'api/go.mod': '' }), {
    code: 'source_not_recognized',
    message: /Looked for Dockerfile, config\.json, .*package\.json.*; found notes\.txt, api\/go\.mod/,
    hint: /Or is it in a folder\? There is api\/go\.mod: deploy that folder/,
  })
})

test('an empty source is told as that', async () => {
  await assert.rejects(detect({}), { code: 'source_invalid', message: /no files/ })
})

test('where one language knows no start, the next one is asked', async () => {
  const files = { 'requirements.txt': 'pytest', 'package.json': json({ scripts: { start: 'node x.js' } }) }
  assert.equal((await detect(files)).services[0]?.kind, 'node')
})

test('where no language knows a start, it is told what would be one', async () => {
  await assert.rejects(detect({ 'package.json': '{}' }), {
    code: 'source_not_recognized',
    message: /This is Node\.js, but nothing says how it starts\. Looked for a "start" script/,
    hint: /startCommand/,
  })
})

test('a manifest that cannot be read is told with its place', async () => {
  await assert.rejects(detect({ 'package.json': '{"a":' }), {
    code: 'source_invalid',
    message: /^package\.json cannot be read/,
  })
  await assert.rejects(detect({ 'pyproject.toml': '[x' }), {
    code: 'source_invalid',
    message: /^pyproject\.toml cannot/,
  })
})

test('a file of settings is told before it becomes a part of an image', async () => {
  const app = { 'index.js': '', '.env': 'A=1' }
  const plain = await detect({ ...app, 'package.json': '{}' })
  assert.match(plain.services[0]?.warnings.join() ?? '', /\.env is left out of the image/)
  const built = await detect({ ...app, 'package.json': json({ scripts: { build: 'x' } }) })
  assert.match(built.services[0]?.warnings.join() ?? '', /\.env may be read by the build/)
})
