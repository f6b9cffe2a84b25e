import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, RouteTable } from '@berth/contract'
import type { EdgeSystem } from './edge-system.ts'
import { renderEdge } from './haproxy-config.ts'
import { holdScript } from './hold-script.ts'
import { renderHostsMap } from './hosts-map.ts'

const system: EdgeSystem = {
  domain: 'localhost',
  machineAddress: '10.0.0.7',
  registryGateway: '172.18.0.1',
  probeSecret: 'secret',
  haproxyVersion: [2, 6],
  hasLua: true,
}
const shop: Backend = {
  name: 'shop-web-r3',
  network: 'berth-project-shop',
  port: 3000,
  healthPath: '/healthz',
  replayUnsafeRequests: false,
  slots: 8,
}
const table: RouteTable = {
  backends: [shop],
  routes: [
    { host: 'shop.localhost', app: 'shop', backend: 'shop-web-r3' },
    { host: 'Blog.localhost', app: 'blog', backend: null },
  ],
}

const configOf = (backend: Partial<Backend> = {}, changes: Partial<EdgeSystem> = {}) =>
  renderEdge({ ...system, ...changes }, { ...table, backends: [{ ...shop, ...backend }] }).config
const section = (config: string, name: string) => config.split(/^(?=\S)/m).find((part) => part.startsWith(name)) ?? ''

test('the map names backend and app of each host, and marks the stopped', () => {
  assert.equal(
    renderHostsMap(system, table),
    [
      '10.0.0.7 berth-server/berth',
      '127.0.0.1 berth-server/berth',
      'berth.localhost berth-server/berth',
      'blog.localhost @stopped/blog',
      'localhost berth-server/berth',
      'shop.localhost shop-web-r3/shop',
      '',
    ].join('\n'),
  )
})

test('no route takes a host of Berth itself', () => {
  const greedy = { backends: [], routes: [{ host: 'berth.localhost', app: 'evil', backend: null }] }
  assert.match(renderHostsMap(system, greedy), /^berth\.localhost berth-server\/berth$/m)
})

test('a host that could break out of its line is left out', () => {
  const routes = [{ host: 'a.localhost\nlocalhost', app: 'a', backend: null }]
  assert.doesNotMatch(renderHostsMap(system, { backends: [], routes }), /a\.localhost/)
})

test('instances are found by the plain service name, as many as there are slots', () => {
  assert.match(configOf(), /^backend shop-web-r3\n(?: .*\n)* {2}server-template i 8 shop-web-r3:3000$/m)
  assert.match(configOf(), /nameserver dns 127\.0\.0\.11:53/)
})

test('the check asks as a visitor of the app would and takes 200 to 399 for health', () => {
  const backend = section(configOf(), 'backend shop-web-r3')
  assert.match(backend, /http-check send meth GET uri '\/healthz' ver HTTP\/1\.1 hdr Host shop\.localhost /)
  assert.match(backend, /http-check expect status 200-399/)
})

test('without a path the check is a TCP connect', () => {
  assert.doesNotMatch(section(configOf({ healthPath: null }), 'backend shop-web-r3'), /httpchk|http-check/)
})

test('nothing in a health path ends its quotes or its line', () => {
  const backend = section(configOf({ healthPath: "/a' b\nserver x" }), 'backend shop-web-r3')
  assert.match(backend, /uri '\/a%27%20b%0Aserver%20x' ver/)
})

test('a request that may change something is sent twice only where the app allows it', () => {
  const line = /disable-l7-retry unless \{ method GET HEAD OPTIONS \}/
  assert.match(section(configOf(), 'backend shop-web-r3'), line)
  assert.doesNotMatch(section(configOf({ replayUnsafeRequests: true }), 'backend shop-web-r3'), line)
})

test('moving a route changes the map and not the configuration', () => {
  const both = { ...table, backends: [shop, { ...shop, name: 'shop-web-r4' }] }
  const moved = {
    ...both,
    routes: both.routes.map((route) => (route.app === 'shop' ? { ...route, backend: 'shop-web-r4' } : route)),
  }
  const before = renderEdge(system, both)
  const after = renderEdge(system, moved)
  assert.equal(after.config, before.config)
  assert.notEqual(after.hostsMap, before.hostsMap)
})

test('the first route of an app changes no check, so the first deployment needs no second reload', () => {
  assert.equal(renderEdge(system, { ...table, routes: [] }).config, renderEdge(system, table).config)
})

test('the check of one app never names another whose name begins alike', () => {
  const routes = [...table.routes, { host: 'other.localhost', app: 'shop-web', backend: null }]
  const { config } = renderEdge(system, { ...table, routes })
  assert.match(section(config, 'backend shop-web-r3'), /hdr Host shop\.localhost /)
})

test('from HAProxy 3.1 a new instance waits for its first check', () => {
  const withInitState = (haproxyVersion: EdgeSystem['haproxyVersion']) =>
    / init-state down$/m.test(section(configOf({}, { haproxyVersion }), 'defaults'))
  assert.deepEqual(
    [null, [2, 6], [3, 0], [3, 1], [3, 2], [4, 0]].map((version) => withInitState(version as [number, number] | null)),
    [false, false, false, true, true, true],
  )
})

test('the way to a worker’s successor is open from the start, where servers begin as down', () => {
  const server = (haproxyVersion: EdgeSystem['haproxyVersion']) =>
    /server heir .*/.exec(section(configOf({}, { haproxyVersion }), 'backend successor'))?.[0]
  assert.match(server([3, 2]) ?? '', /no-check init-state up$/)
  assert.match(server([2, 6]) ?? '', /no-check$/)
})

// Each was measured: without it requests fail. See the comments in the renderer for what each one buys.
for (const line of [
  'option idle-close-on-response',
  'load-server-state-from-file global',
  'retry-on conn-failure empty-response 0rtt-rejected',
  'option redispatch 1',
  'retries 10',
  'timeout connect 500ms',
  'hold obsolete 0s',
  'accepted_payload_size 8192',
  'init-addr last,none',
  'observe layer4 error-limit 1 on-error fastinter',
  'use_backend successor if is_replaced',
]) {
  test(`loses no request for want of: ${line}`, () => assert.ok(configOf().includes(line)))
}

test('leaving DNS cuts no stream', () => {
  assert.doesNotMatch(configOf(), /shutdown-sessions/)
})

test('an event stream is not held back to fill a packet', () => {
  assert.match(section(configOf(), 'defaults'), /option http-no-delay/)
})

test('never balances by leastconn, in which HAProxy 3.2.0 can spin for ever', () => {
  assert.doesNotMatch(configOf(), /leastconn/)
})

test('a WebSocket may be quiet for an hour', () => {
  assert.match(section(configOf(), 'defaults'), /timeout tunnel 1h/)
})

test('what a client says about itself is replaced by what is seen', () => {
  const web = section(configOf(), 'frontend web')
  assert.match(web, /set-header X-Forwarded-For %\[src\]/)
  for (const header of ['Forwarded', 'X-Real-IP', 'X-Forwarded-Port', 'x-berth-probe']) {
    assert.match(web, new RegExp(`http-request del-header ${header}\\b`))
  }
})

test('only a probe with the secret learns the backend, and no app can claim to be one', () => {
  const web = section(configOf(), 'frontend web')
  assert.match(web, /set-var\(txn\.probed\) bool\(true\) if \{ req\.hdr\(x-berth-probe\) -m str secret \}/)
  const removal = web.indexOf('http-response del-header x-berth-backend')
  assert.ok(removal > 0 && removal < web.indexOf('http-response set-header x-berth-backend'))
})

test('only a probe with the secret is passed on to another machine’s edge, whose answer is told from an error of this one', () => {
  const web = section(configOf(), 'frontend web')
  assert.match(web, /use_backend berth-other-edge if \{ var\(txn\.probed\) -m bool \} /)
  const other = section(configOf(), 'backend berth-other-edge')
  assert.match(other, /http-request set-dst req\.hdr_ip\(x-berth-other-edge\)/)
  assert.match(other, /http-response set-header x-berth-crossed yes/)
})

test('servers that are never checked are up from the start: HAProxy would keep them down for ever', () => {
  const config = configOf({}, { haproxyVersion: [3, 2] })
  const unchecked = config.split('\n').filter((line) => line.includes(' no-check'))
  assert.equal(unchecked.length, 2)
  for (const line of unchecked) assert.match(line, / no-check init-state up$/)
})

test('the registry listens to the machine alone', () => {
  const registry = section(configOf(), 'frontend registry')
  assert.match(registry, /tcp-request connection reject unless \{ src 172\.18\.0\.1 \}/)
})

test('no statistics are served', () => {
  assert.doesNotMatch(configOf(), /stats (enable|uri)|prometheus/)
})

test('many backends ask the engine for names less often', () => {
  const backends = Array.from({ length: 300 }, (_, index) => ({ ...shop, name: `shop-web-r${index}` }))
  const often = (config: string) => /hold valid (\d+)ms/.exec(config)?.[1]
  assert.equal(often(configOf()), '250')
  assert.equal(often(renderEdge(system, { ...table, backends }).config), '1000')
})

const placeOf = (lines: readonly string[], wanted: string) => {
  const place = lines.findIndex((line) => line.includes(wanted))
  assert.ok(place >= 0, wanted)
  return place
}

test('while the door is closed no app is served, whether it is known or not, but Berth itself', () => {
  const web = section(configOf(), 'frontend web').split('\n')
  const closed = placeOf(web, 'just-started.html')
  assert.match(web[closed] ?? '', / if !is_replaced !is_own is_shut$/)
  assert.ok(closed < placeOf(web, 'unknown-host.html'))
  for (const way of [
    'nbsrv(berth-door) eq 0',
    'str(stood),in_table(berth-door)',
    'sub(proc.ticked_ms) -m int gt 5000',
  ]) {
    assert.ok(
      web.some((line) => line.startsWith('  acl is_shut ') && line.endsWith(way)),
      way,
    )
  }
})

test('a request that waited for the door goes by the routes of then', () => {
  const web = section(configOf(), 'frontend web').split('\n')
  const waits = placeOf(web, 'lua.wait_for_door if !is_replaced !is_own is_shut')
  assert.match(web[waits + 1] ?? '', /set-var\(txn\.entry\) .* if \{ var\(txn\.held_ms\) -m found \}$/)
  assert.ok(waits < placeOf(web, 'just-started.html'))
})

test('an app that is not found yet is waited for, and then it is the machine that has just started', () => {
  const web = section(configOf(), 'frontend web').split('\n')
  const waits = placeOf(web, 'lua.wait_for_instance if !is_replaced !is_own is_settling !is_up')
  assert.ok(waits > placeOf(web, 'stopped.html'), 'nobody waits for a stopped app')
  assert.match(web[waits + 1] ?? '', /just-started\.html.* if !is_replaced !is_own is_settling !is_up$/)
})

test('each action that a request takes is one of the script', () => {
  const actions = [...configOf().matchAll(/lua\.(\w+) if/g)].map(([, name]) => name)
  assert.deepEqual(actions, ['wait_for_door', 'wait_for_instance'])
  for (const name of actions) assert.ok(holdScript.includes(`core.register_action("${name}", { "http-req" }`), name)
})

test('a HAProxy without Lua says at once what one with it says last', () => {
  const config = configOf({}, { hasLua: false })
  assert.doesNotMatch(config, /lua/i)
  assert.equal(config.match(/just-started\.html/g)?.length, 2)
})

test('from HAProxy 3.1 on it is said what a truth is in Lua, before the script is loaded', () => {
  assert.match(configOf({}, { haproxyVersion: [3, 2] }), /tune\.lua\.bool-sample-conversion normal\n {2}lua-load/)
  assert.doesNotMatch(configOf(), /bool-sample-conversion/)
})

test('an edge notes that it stood still before it takes up its clock again', () => {
  const tick = section(configOf(), 'frontend tick').split('\n')
  assert.match(tick[placeOf(tick, 'track-sc0')] ?? '', /if \{ date\(0,ms\),sub\(proc\.ticked_ms\) -m int gt 5000 \}$/)
  assert.ok(placeOf(tick, 'track-sc0') < placeOf(tick, 'set-var(proc.ticked_ms)'))
})

test('before HAProxy 3.1 the door is open from the start, as nothing could close it', () => {
  assert.doesNotMatch(section(configOf(), 'backend berth-door'), /init-state/)
  assert.match(section(configOf({}, { haproxyVersion: [3, 2] }), 'backend berth-door'), /init-state fully-down/)
})
