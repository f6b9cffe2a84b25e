import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import { publishImage } from './berth-image.ts'

const image = '127.0.0.1:5000/berth:1'
const oneBlob = 'manifest blob unknown: blob unknown to registry'
const unknownBlob = `errors:\n${oneBlob}\n${oneBlob}\n`

/** An engine whose pushes end with these errors, one after the other, and then well. */
function engineThatFails(...errors: string[]) {
  const docker = new Docker({ socketPath: '/nowhere' })
  let pushes = 0
  const push = async () => {
    const error = errors[pushes++]
    return Readable.from([`${JSON.stringify(error === undefined ? { status: 'Pushed' } : { error })}\n`])
  }
  docker.getImage = () => ({ push }) as unknown as Docker.Image
  return { docker, pushes: () => pushes }
}

test('what the registry has collected in the middle of a push is sent again', async () => {
  const { docker, pushes } = engineThatFails(unknownBlob)
  await publishImage(docker, image, () => undefined)
  assert.equal(pushes(), 2)
})

test('a registry that loses what it is sent each time is told of in words', async () => {
  const { docker } = engineThatFails(unknownBlob, unknownBlob, unknownBlob)
  await assert.rejects(
    publishImage(docker, image, () => undefined),
    (error: PlatformError) => {
      assert.equal(error.code, 'engine_failed')
      assert.match(error.message, /berth:1 could not be put into Berth's registry: manifest blob unknown[^\n]*$/)
      return true
    },
  )
})

test('a push that fails of something else is not repeated', async () => {
  const { docker, pushes } = engineThatFails('connection refused')
  await assert.rejects(
    publishImage(docker, image, () => undefined),
    /connection refused/,
  )
  assert.equal(pushes(), 1)
})
