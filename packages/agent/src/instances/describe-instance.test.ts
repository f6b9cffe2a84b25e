import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { MachineInstance } from '@berth/engine'
import { describeInstance } from './describe-instance.ts'

const instance: MachineInstance = {
  instanceId: 'i1',
  app: 'shop',
  service: 'web',
  containerId: 'abc',
  pid: process.pid,
  isRunning: true,
  exitCode: null,
  wasOutOfMemory: false,
}
const engineWith = (found: MachineInstance | undefined) => ({ findInstance: async () => found })

test('finds the ports of a live process', { skip: process.platform !== 'linux' }, async () => {
  const open = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => open.once('listening', resolve))
  const address = open.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { loopbackPorts, isRunning } = await describeInstance('i1', {
    engine: engineWith(instance),
    procFolder: '/proc',
  })
  open.close()
  assert.ok(port && loopbackPorts.includes(port))
  assert.equal(isRunning, true)
})

test('an ended instance has its exit code and no ports', async () => {
  const ended = { ...instance, pid: 0, isRunning: false, exitCode: 137, wasOutOfMemory: true }
  assert.deepEqual(await describeInstance('i1', { engine: engineWith(ended), procFolder: '/proc' }), {
    isRunning: false,
    exitCode: 137,
    wasOutOfMemory: true,
    listeningPorts: [],
    loopbackPorts: [],
  })
})

test('an instance that is not on this machine is an error of its own', async () => {
  const asked = describeInstance('i9', { engine: engineWith(undefined), procFolder: '/proc' })
  await assert.rejects(asked, { code: 'instance_not_found' })
})
