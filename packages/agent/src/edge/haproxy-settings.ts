import { edgeFolder, holdScriptPath } from './edge-paths.ts'
import type { EdgeSystem } from './edge-system.ts'

// hard-stop-after: an old worker stays for its WebSockets and streams; without an end they pile up, one per reload.
// mworker-max-reloads bounds their number for the same reason.
// fd-hard-limit rather than maxconn: HAProxy refuses to start when it cannot have as many files as maxconn asks for.
export const global = ({ haproxyVersion, hasLua }: EdgeSystem) => `global
  log stdout format raw local0 notice
  user haproxy
  group haproxy
  fd-hard-limit 50000
  stats socket ${edgeFolder}/run/admin.sock mode 600 level admin expose-fd listeners
  server-state-file ${edgeFolder}/state
  hard-stop-after 10m
  mworker-max-reloads 20
  spread-checks 5
${hasLua ? loadHoldScript(haproxyVersion) : ''}`

/** From 3.1 on it has to be said what a truth is in Lua. */
const loadHoldScript = (version: EdgeSystem['haproxyVersion']) =>
  `${isSince31(version) ? '  tune.lua.bool-sample-conversion normal\n' : ''}  lua-load ${holdScriptPath}\n`

/**
 * An instance leaves DNS two seconds before its SIGTERM, so a look-up each 250 ms takes it out in time. With many
 * backends the engine's resolver would be asked too often; then refused connections go to another instance instead.
 * Payload: the default of 512 bytes holds 29 instances, and a cut answer counts as an error.
 */
export function resolvers(names: number): string {
  const everyMs = names <= 50 ? 250 : names <= 200 ? 500 : 1000
  return `resolvers docker
  nameserver dns 127.0.0.11:53
  accepted_payload_size 8192
  resolve_retries 2
  timeout resolve ${everyMs}ms
  timeout retry ${everyMs}ms
  hold valid ${everyMs}ms
  hold obsolete 0s
  hold nx 2s
  hold other 10s
  hold timeout 10s
  hold refused 10s
`
}

/** Of every server, also of one that is entered by its address: those inherit nothing. */
export const serverParameters =
  'check inter 1s fastinter 100ms downinter 250ms fall 2 rise 1 observe layer4 error-limit 1 on-error fastinter pool-purge-delay 2s'

// idle-close-on-response: a reload that closed idle connections would reset clients that are just sending (116 in 20).
// http-no-delay: events came up to 200 ms late, held back to fill a packet.
// timeout connect 500ms: an overlay address that is gone answers nothing, not even a refusal.
// redispatch 1 and retries: at once to another instance, rather than a second later to the same one. As many as ten: when a
// machine goes, all its instances refuse at once for a moment and have nothing to do, so that random(2) prefers them. With half of
// the instances gone 8.8 % of the requests of that moment met none in five attempts, and 0.6 % in eleven (measured).
// retry-on empty-response: an instance that dies is invisible; unsafe methods are left out per backend.
// Without response-timeout: a slow request would be run again and again while it still runs.
// srvtcpka with the container's tcp_retries2: a machine that vanished sends no reset.
// init-addr last,none: the state file keeps the addresses over a reload; libc would give one address to all slots.
// on-error fastinter: a failed connection hurries the checks, and the request itself goes elsewhere. With mark-down, one
// connection lost in a burst closed an app of one instance to everyone: up to 756 of 1,500 requests at once got 503.
// random(2) takes the less busy of two. Not leastconn: a worker of 3.2.0 spun in it when an instance died under load,
// until HAProxy's watchdog killed the worker and with it all connections.
// Not on-marked-down shutdown-sessions: leaving DNS counts as down, so each scale-down would cut its streams.
export function defaults({ haproxyVersion }: EdgeSystem): string {
  return `defaults
  log global
  mode http
  load-server-state-from-file global
  option dontlognull
  option http-keep-alive
  option idle-close-on-response
  option http-no-delay
  option redispatch 1
  option srvtcpka
  srvtcpka-idle 1s
  srvtcpka-intvl 1s
  srvtcpka-cnt 2
  http-reuse always
  retries 10
  retry-on conn-failure empty-response 0rtt-rejected
  balance random(2)
  timeout http-request 10s
  timeout http-keep-alive 30s
  timeout client 60s
  timeout server 60s
  timeout connect 500ms
  timeout queue 5s
  timeout check 2s
  timeout tunnel 1h
  default-server ${serverParameters} resolvers docker resolve-prefer ipv4 init-addr last,none${initState(haproxyVersion, 'down')}
`
}

/**
 * `down`: a new instance gets its first request after its first check; `fully-down`: after as many as it takes to rise.
 * Older versions send requests at once. `up`: one that is never checked, which would otherwise stay down.
 */
export function initState(version: EdgeSystem['haproxyVersion'], state: 'up' | 'down' | 'fully-down'): string {
  return isSince31(version) ? ` init-state ${state}` : ''
}

function isSince31(version: EdgeSystem['haproxyVersion']): boolean {
  const [major, minor] = version ?? [0, 0]
  return major > 3 || (major === 3 && minor >= 1)
}
