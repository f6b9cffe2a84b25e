import { isShut, settledBackend } from './edge-door.ts'
import { edgeFolder, hostsMapPath } from './edge-paths.ts'
import type { EdgeSystem } from './edge-system.ts'
import { registryBackend, serverBackend } from './haproxy-backends.ts'
import { initState } from './haproxy-settings.ts'
import { stopped } from './hosts-map.ts'
import { otherEdgeBackend, otherEdgeHeader } from './other-edge.ts'

export const probeHeader = 'x-berth-probe'
export const backendHeader = 'x-berth-backend'

const justStarted = `return status 503 content-type "text/html; charset=utf-8" file ${edgeFolder}/pages/just-started.html hdr retry-after 2 hdr cache-control no-store`
const lookUpHost = `set-var(txn.entry) req.hdr(host),host_only,lower,map(${hostsMapPath})`

/** The routes may be others once the door has opened. */
const waitForDoor = `  http-request lua.wait_for_door if !is_replaced !is_own is_shut
  http-request ${lookUpHost} if { var(txn.held_ms) -m found }
`
const waitForInstance = `  http-request lua.wait_for_instance if !is_replaced !is_own is_settling !is_up
`

/**
 * A worker that is being replaced keeps its old routes, and a client that stays connected would be sent by them, to
 * instances that are gone by then. So it passes every further request on to its successor (port 81, loopback only).
 */
export const webFrontend = ({ probeSecret, hasLua }: EdgeSystem) => `frontend web
  bind :80
  bind 127.0.0.1:81 accept-proxy
  no log
  acl is_replaced stopping
  acl is_own var(txn.entry),field(1,/) -m str ${serverBackend}
${isShut.map((condition) => `  acl is_shut ${condition}\n`).join('')}  acl is_settling nbsrv(${settledBackend}) eq 0
  acl is_up var(txn.entry),field(1,/),nbsrv -m int gt 0
  http-request ${lookUpHost}
${hasLua ? waitForDoor : ''}  http-request ${justStarted} if !is_replaced !is_own is_shut
  http-request set-var(txn.shown) req.hdr(host),host_only,lower,regsub([^a-z0-9.:-],,g) if !{ var(txn.entry) -m found }
  http-request return status 404 content-type "text/html; charset=utf-8" lf-file ${edgeFolder}/pages/unknown-host.html hdr cache-control no-store if !is_replaced !{ var(txn.entry) -m found }
  http-request return status 503 content-type "text/html; charset=utf-8" lf-file ${edgeFolder}/pages/stopped.html hdr cache-control no-store if !is_replaced { var(txn.entry),field(1,/) -m str ${stopped} }
${hasLua ? waitForInstance : ''}  http-request ${justStarted} if !is_replaced !is_own is_settling !is_up
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Request-Id %[uuid()] if !is_replaced
  http-request del-header Forwarded
  http-request del-header X-Forwarded-Port
  http-request del-header X-Real-IP
  http-request set-var(txn.probed) bool(true) if { req.hdr(${probeHeader}) -m str ${probeSecret} }
  http-request del-header ${probeHeader} if !is_replaced
  http-response del-header ${backendHeader} if !is_replaced
  http-response set-header ${backendHeader} %[be_name] if !is_replaced { var(txn.probed) -m bool }
  use_backend successor if is_replaced
  use_backend ${otherEdgeBackend} if { var(txn.probed) -m bool } { req.hdr(${otherEdgeHeader}) -m found }
  use_backend %[var(txn.entry),field(1,/)]
`

/** Nothing checks it, so where servers begin as down it would stay so. */
export const successor = ({ haproxyVersion }: EdgeSystem) => `backend successor
  http-reuse safe
  timeout server 1h
  server heir 127.0.0.1:81 send-proxy-v2 no-check${initState(haproxyVersion, 'up')}
`

// A layer of an image may be a gigabyte, and takes as long as it takes.
export const registryFrontend = ({ registryGateway }: EdgeSystem) => `frontend registry
  bind :5000
  no log
  tcp-request connection reject unless { src ${registryGateway} }
  timeout client 1h
  http-request set-header X-Forwarded-Proto http
  default_backend ${registryBackend}
`
