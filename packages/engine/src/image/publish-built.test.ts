import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { publishBuilt } from './publish-built.ts'
import { anEngine, give, refuse } from './test-engine.ts'

const built = `sha256:${'a'.repeat(64)}`
const other = `sha256:${'b'.repeat(64)}`
const digest = `sha256:${'c'.repeat(64)}`
const [own, ownTag] = ['127.0.0.1:5000/shop', 'a'.repeat(12)]
const [repository, to] = ['ghcr.io/me/shop', 'ghcr.io/me/shop:1.2']
const remove = `DELETE /images/${to}`
const [name, nameOther] = [`POST /images/${built}/tag`, `POST /images/${other}/tag`]

/** An engine on which `to` is the name of `before` at first, and whose push to it is answered by `answer`. */
async function setUp(t: TestContext, { before, answer }: { before?: string; answer: (r: ServerResponse) => void }) {
  let named = before
  const isNamed = (imageId: string | undefined) => (response: ServerResponse) => {
    named = imageId
    give([])(response)
  }
  const { docker, asked } = await anEngine(t, {
    [`GET /images/${built}/json`]: give({ Id: built, Size: 5, Config: {} }),
    [`GET /images/${to}/json`]: (response) => (named ? give({ Id: named })(response) : refuse(404, 'none')(response)),
    [name]: isNamed(built),
    [nameOther]: isNamed(other),
    [`POST /images/${own}/push`]: give({ aux: { Digest: digest } }),
    [`DELETE /images/${own}:${ownTag}`]: give([]),
    [`POST /images/${repository}/push`]: answer,
    [remove]: isNamed(undefined),
  })
  const stop = new AbortController()
  const push = { to, credentials: [{ host: 'ghcr.io', username: 'ann', password: 'secret' }] }
  const run = () => publishBuilt(docker, built, { publishTo: own, push, signal: stop.signal })
  return { run, asked, stop, nameNow: () => named }
}

test('what is published is pushed outside then, and the name for that goes', async (t) => {
  const { run, asked, nameNow } = await setUp(t, { answer: give({ aux: { Digest: digest } }) })
  assert.deepEqual(await run(), {
    ...{ image: `${own}@${digest}`, imageBytes: 5, exposedPorts: [] },
    pushed: { digest },
  })
  const pushes = asked.filter((call) => call.endsWith('/push'))
  assert.deepEqual(pushes, [`POST /images/${own}/push`, `POST /images/${repository}/push`])
  assert.equal(nameNow(), undefined)
})

test('a refusal is an answer, and the name goes all the same', async (t) => {
  const { run, nameNow } = await setUp(t, { answer: give({ error: 'denied: no right' }) })
  const { pushed } = await run()
  assert.ok(pushed && 'refusal' in pushed)
  assert.match(pushed.refusal.message, /does not let ann push/)
  assert.equal(nameNow(), undefined)
})

test('a push that is cancelled ends, and the name goes', async (t) => {
  const setup = await setUp(t, { answer: () => setup.stop.abort(new Error('cancelled')) })
  await assert.rejects(setup.run(), /cancelled/)
  assert.equal(setup.nameNow(), undefined)
})

test('a name that the image had before stays, and one that another image had is given back to it', async (t) => {
  const answer = give({ aux: { Digest: digest } })
  const same = await setUp(t, { before: built, answer })
  await same.run()
  assert.ok(!same.asked.includes(remove))
  assert.equal(same.nameNow(), built)
  const moved = await setUp(t, { before: other, answer })
  await moved.run()
  assert.equal(moved.nameNow(), other)
})
