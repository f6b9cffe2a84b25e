import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { parseImageName } from './image-name.ts'
import { leaveOnlyPublished, pullPrivate } from './pull-private.ts'
import { anEngine, give, refuse } from './test-engine.ts'

const digest = `sha256:${'a'.repeat(64)}`
const published = `127.0.0.1:5000/shop@${digest}`
const spelled = 'ghcr.io/team/shop:1'
const inspect = `GET /images/${spelled}/json`
const remove = `DELETE /images/${spelled}`
const credentials = { host: 'ghcr.io', username: 'ann', password: 'secret' }

/** Has the image by its private name from the start, or only once it was pulled. */
async function resolved(
  t: TestContext,
  isHere: boolean,
  answers: Record<string, (response: ServerResponse) => void> = {},
) {
  let isThere = isHere
  const { docker, asked } = await anEngine(t, {
    [inspect]: (response) => (isThere ? give({ Id: digest })(response) : refuse(404, 'no such image')(response)),
    'POST /images/create'(response) {
      isThere = true
      give({ status: 'Pulled' })(response)
    },
    [`GET /images/${published}/json`]: give({ Id: digest }),
    [remove]: give([]),
    ...answers,
  })
  const pulled = await pullPrivate(docker, parseImageName(spelled), credentials, {})
  await leaveOnlyPublished(docker, pulled, published, {})
  return asked
}

test('a name that came only to be published is taken away again', async (t) => {
  assert.ok((await resolved(t, false)).includes(remove))
})

test('a name that was there before stays', async (t) => {
  assert.ok(!(await resolved(t, true)).includes(remove))
})

test('a name that something uses by now stays, and that is no failure', async (t) => {
  assert.ok((await resolved(t, false, { [remove]: refuse(409, 'a container uses it') })).includes(remove))
})
