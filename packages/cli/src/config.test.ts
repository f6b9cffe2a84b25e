import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('the file of the login is found as other programs find theirs', () => {
  assert.equal(readConfig({}, '/home/a').path, '/home/a/.config/berth/config.json')
  assert.equal(readConfig({ XDG_CONFIG_HOME: '/x' }, '/home/a').path, '/x/berth/config.json')
  assert.equal(readConfig({ BERTH_CONFIG: '/y.json', XDG_CONFIG_HOME: '/x' }, '/home/a').path, '/y.json')
})

test('NO_COLOR wins over FORCE_COLOR, and an empty variable is none', () => {
  const colorOf = (env: Record<string, string>) => readConfig(env, '/').color
  assert.equal(colorOf({}), 'auto')
  assert.equal(colorOf({ NO_COLOR: '' }), 'auto')
  assert.equal(colorOf({ NO_COLOR: '1', FORCE_COLOR: '1' }), 'never')
  assert.equal(colorOf({ FORCE_COLOR: '1' }), 'always')
})

test('a browser is only opened where the person sits', () => {
  const hasDisplay = (env: Record<string, string>, platform: NodeJS.Platform) =>
    readConfig(env, '/', platform).hasDisplay
  assert.equal(hasDisplay({}, 'linux'), false)
  assert.equal(hasDisplay({ DISPLAY: ':0' }, 'linux'), true)
  assert.equal(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true)
  assert.equal(hasDisplay({}, 'darwin'), true)
  assert.equal(hasDisplay({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin'), false)
})
