import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EngineFacts, planEngine } from './engine-plan.ts'

const facts: EngineFacts = {
  running: undefined,
  isInstalled: false,
  hasApt: true,
  hasSystemd: false,
  osName: 'Debian GNU/Linux 12 (bookworm)',
}
const kinds = (change: Partial<EngineFacts>) => planEngine({ ...facts, ...change }).map(({ kind }) => kind)

test('leaves an engine that answers as it is', () => {
  assert.deepEqual(kinds({ running: { version: '29.1.0', apiVersion: '1.52' } }), [])
  assert.deepEqual(kinds({ running: { version: '20.10.24', apiVersion: '1.41' } }), [])
})

test('refuses an engine that is too old before anything changes', () => {
  const running = { version: '19.03.15', apiVersion: '1.40' }
  assert.throws(() => kinds({ running }), /Docker 19\.03\.15 \(API 1\.40\), which is too old/)
  assert.throws(() => kinds({ running: { version: '1.9', apiVersion: '1.9' } }), /too old/)
})

test('installs an engine only where there is none', () => {
  assert.deepEqual(kinds({ isInstalled: true }), ['startDaemon'])
  assert.deepEqual(kinds({}), ['install', 'startDaemon'])
})

test('leaves the starting to systemd where it runs', () => {
  assert.deepEqual(kinds({ hasSystemd: true }), ['install', 'startService'])
  assert.deepEqual(kinds({ hasSystemd: true, isInstalled: true }), ['startService'])
})

test('says what to do on a system that it cannot install an engine on', () => {
  assert.throws(
    () => kinds({ hasApt: false, osName: 'Alpine Linux v3.22' }),
    /cannot install one on Alpine Linux v3\.22/,
  )
})
