import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@berth/contract'
import Docker from 'dockerode'
import { copyImages, listMissingImages } from '../packages/installer/src/images/copy-images.ts'
import { createMachines } from '../packages/installer/src/machines/create-machines.ts'
import { plainGroup, plainSteps } from '../packages/installer/src/steps.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { type Machine, machineNamed, testSite } from './machine.ts'

const timeout = 180_000
const secret = `s-${randomBytes(12).toString('hex')}`

const pages = '/usr/share/nginx/html'
const recipe = [
  'FROM nginx:stable',
  'ARG GREETING',
  `RUN --mount=type=secret,id=TOKEN sha256sum < /run/secrets/TOKEN > ${pages}/sum && cat /run/secrets/TOKEN`,
  `RUN --mount=type=cache,target=/kept echo $GREETING >> /kept/times && cp /kept/times ${pages}/times`,
  'EXPOSE 80',
]

let platform: Platform
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-buildkit-'))
  await writeFile(join(folder, 'token'), secret)
  platform = await startPlatform('usual')
  await addNewerMachine()
  // An engine lets no machine that is paused into a network, not even an edge; so they are in it before one is cordoned.
  const first = await platform.berth('deploy', '--image', 'nginx:stable', '--port', '80', '--name', 'first')
  assert.equal(first.code, 0, first.stderr)
})
after(async () => {
  await platform?.remove()
  await rm(folder, { recursive: true, force: true })
})

async function addNewerMachine() {
  const client = createClient({ baseUrl: `http://${platform.machine.address}`, token: await platform.token() })
  const [step, group] = [plainSteps(() => undefined), plainGroup(() => undefined)]
  const places = { outer: new Docker(), site: testSite(platform.runId), imagesFrom: platform.machine.docker }
  const creation = { names: ['newer'], count: undefined, memoryBytes: undefined, isNewer: true }
  await platform.giveImages('newer')
  await createMachines({ ...creation, role: 'worker' }, { ...places, client, step, group })
  const { docker } = await machineNamed('newer', platform.runId)
  const missing = await listMissingImages(docker, ['debian:bookworm-slim', 'nginx:stable'])
  await copyImages(missing, { from: platform.machine.docker, to: docker })
}

// The newer one is a worker of the same cluster: which of them builds is decided by which of them is cordoned.
for (const [name, other] of [
  ['usual', 'newer'],
  ['newer', 'usual'],
] as const) {
  const app = `on-${name}`

  describe(`builds with BuildKit on the ${name} engine`, () => {
    let machine: Machine
    before(async () => {
      machine = await machineNamed(name, platform.runId)
      await platform.berth('machines', 'uncordon', name)
      const cordoned = await platform.berth('machines', 'cordon', other)
      assert.equal(cordoned.code, 0, cordoned.stderr)
    })

    async function source(lines: readonly string[]): Promise<string> {
      const path = await mkdtemp(join(folder, 'source-'))
      await writeFile(join(path, 'Dockerfile'), `${lines.join('\n')}\n`)
      return path
    }
    const inMachine = async (script: string) => (await machine.exec(['sh', '-c', script])).output
    const memoryLimits = () =>
      inMachine('cat /sys/fs/cgroup/memory/docker/buildkit/memory.limit_in_bytes 2>/dev/null; echo')

    async function deploy(greeting: string) {
      const path = await source(recipe)
      const given = ['--build-secret', `TOKEN=@${join(folder, 'token')}`, '--build-arg', `GREETING=${greeting}`]
      return platform.berth('deploy', path, '--name', app, ...given)
    }
    const page = async (path: string) => (await platform.get(`${app}.localhost`, path)).body

    test('an instruction reads a secret, and another keeps a cache from build to build', { timeout }, async () => {
      const first = await deploy('one')
      assert.equal(first.code, 0, `${first.stdout}${first.stderr}`)
      assert.match(first.stdout, new RegExp(`Building on ${name}`))
      assert.match(await page('/sum'), /^[0-9a-f]{64} /)
      assert.equal(await page('/times'), 'one\n')
      const second = await deploy('two')
      assert.equal(second.code, 0, `${second.stdout}${second.stderr}`)
      assert.equal(await page('/times'), 'one\ntwo\n')
      const { stdout } = await platform.berth('builds', 'log', app)
      assert.match(stdout, /Argument GREETING=two/)
      assert.match(stdout, /Secrets: TOKEN/)
      assert.match(stdout, /\*\*\*/, 'what the instruction wrote of it is hidden')
      assert.doesNotMatch(`${first.stdout}${stdout}`, new RegExp(secret))
    })

    test('the secret is in no layer, no history, no database and nowhere else on the machine', {
      timeout,
    }, async () => {
      const { docker } = machine
      const built = await docker.listImages({ filters: { label: [`berth.app=${app}`] } })
      assert.ok(built.length > 0)
      for (const { Id } of built) {
        const image = docker.getImage(Id)
        assert.ok(!(await text(await image.get())).includes(secret))
        assert.ok(!JSON.stringify([await image.history(), await image.inspect()]).includes(secret))
      }
      const search = ['sh', '-c', `grep -rlF ${secret} /var/lib/docker /run 2>/dev/null`]
      assert.equal((await machine.exec(search)).output, '')
      assert.equal((await platform.machine.exec(search)).output, '', 'where the database is')
    })

    test('a build that takes all memory ends in words, and the limits with it', { timeout }, async () => {
      const path = await source(['FROM debian:bookworm-slim', 'RUN tail /dev/zero'])
      const { code, stderr } = await platform.berth('deploy', path, '--name', `${app}-hog`, '--build-memory', '200M')
      assert.notEqual(code, 0)
      assert.match(stderr, /needed more memory than the build may have: tail/)
      assert.match(await memoryLimits(), /^9223372036854771712/)
    })

    test('a build that forks without end ends in words', { timeout }, async () => {
      const path = await source(['FROM debian:bookworm-slim', 'RUN while true; do sleep 98765 & done'])
      const { stderr } = await platform.berth('deploy', path, '--name', `${app}-forks`)
      assert.match(stderr, /more than the 1024 processes that a build may have/)
      assert.equal(await inMachine('pgrep -fx "sleep 98765" | wc -l'), '0\n')
    })

    test('a build that is cancelled in the middle of an instruction leaves no process', { timeout }, async () => {
      const path = await source(['FROM debian:bookworm-slim', 'RUN echo begun; sleep 98765 & sleep 98765'])
      await platform.berth('deploy', path, '--name', `${app}-sleeper`, '--detach')
      const running = () => inMachine('pgrep -fx "sleep 98765" | wc -l')
      await until('the instruction runs', running, (count) => Number(count) === 2)
      const cancelled = await platform.berth('builds', 'cancel', `${app}-sleeper`)
      assert.equal(cancelled.code, 0, cancelled.stderr)
      await until('no process is left', running, (count) => Number(count) === 0, 15_000)
    })

    test('a secret that is wanted but was not given is asked for by name', { timeout }, async () => {
      const path = await source(['FROM debian:bookworm-slim', 'RUN --mount=type=secret,id=KEY,required=true true'])
      const { stderr } = await platform.berth('deploy', path, '--name', `${app}-asks`)
      assert.match(stderr, /wants the build secret KEY, which was not given/)
      assert.match(stderr, /--build-secret KEY=/)
    })
  })
}
