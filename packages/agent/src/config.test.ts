import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('an empty environment gives what a machine has by default', () => {
  const config = readConfig({})
  assert.equal(config.serverAddresses, undefined)
  assert.equal(config.domain, 'localhost')
  assert.equal(config.httpPort, 80)
  assert.equal(config.dockerSocket, '/var/run/docker.sock')
  assert.equal(config.identityFolder, '/var/lib/berth/identity')
})

test('a variable set to nothing counts as not set', () => {
  const config = readConfig({ BERTH_SERVERS: '', BERTH_HTTP_PORT: '', BERTH_MACHINE_ADDRESS: '' })
  assert.equal(config.serverAddresses, undefined)
  assert.equal(config.httpPort, 80)
  assert.equal(config.machineAddress, undefined)
})

test('reads a list of servers, IPv6 included', () => {
  const { serverAddresses } = readConfig({ BERTH_SERVERS: '10.0.0.1:7443, berth.example.org:7443,[fd00::1]:7443' })
  assert.deepEqual(serverAddresses, ['10.0.0.1:7443', 'berth.example.org:7443', '[fd00::1]:7443'])
})

test('says in one sentence which variables are wrong and what would be right', () => {
  assert.throws(
    () => readConfig({ BERTH_SERVERS: 'https://10.0.0.1', BERTH_HTTP_PORT: '70000', BERTH_HOST_PROC: 'proc' }),
    (error: Error) => {
      assert.match(error.message, /BERTH_SERVERS.*use host:port, separated by commas/)
      assert.match(error.message, /BERTH_HTTP_PORT: use a port from 1 to 65535/)
      assert.match(error.message, /BERTH_HOST_PROC: use an absolute path/)
      return true
    },
  )
})
