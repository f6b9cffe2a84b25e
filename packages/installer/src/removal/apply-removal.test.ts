import assert from 'node:assert/strict'
import { test } from 'node:test'
import type Docker from 'dockerode'
import { applyRemovalStep } from './apply-removal.ts'

/** An engine that lists what it is given, and drops what is removed. */
function anEngine(...lists: { Id: string; State: string; Labels: Record<string, string> }[][]) {
  const removed: string[] = []
  const docker = {
    listContainers: async () => {
      const list = lists.length > 1 ? lists.shift() : lists[0]
      return (list ?? []).filter(({ Id }) => !removed.includes(Id)).map((it) => ({ ...it, Names: [`/${it.Id}`] }))
    },
    getContainer: (id: string) => ({ remove: async () => void removed.push(id) }),
  } as unknown as Docker
  return { docker, removed }
}

const app = { 'berth.role': 'app' }
const wait = (docker: Docker) =>
  applyRemovalStep({ kind: 'waitForInstances' }, { docker, stopEngine: async () => undefined, report: () => undefined })

test('instances are waited for, and what ended long ago and nobody removes is removed', async () => {
  const ended = { Id: 'ended', State: 'exited', Labels: app }
  const { docker, removed } = anEngine([{ Id: 'running', State: 'running', Labels: app }, ended], [ended])
  await wait(docker)
  assert.deepEqual(removed, ['ended'])
})

test('a container of somebody else, from an image that carries our label, is neither waited for nor removed', async () => {
  const { docker, removed } = anEngine([{ Id: 'theirs', State: 'running', Labels: { 'berth.role': 'image' } }])
  await wait(docker)
  assert.deepEqual(removed, [])
})
