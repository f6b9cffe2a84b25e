import type { Backend } from '@berth/contract'
import { edgeFolder } from './edge-paths.ts'

export const serverBackend = 'berth-server'
export const registryBackend = 'berth-registry'

export const registryBackendSection = `backend ${registryBackend}
  timeout server 1h
  option httpchk
  http-check send meth GET uri /v2/ ver HTTP/1.1 hdr Host 127.0.0.1:5000
  http-check expect status 200-499
  http-request disable-l7-retry unless { method GET HEAD OPTIONS }
  server-template i 2 ${registryBackend}:5000
`

// Its event streams may be quiet for long. fall 5: mostly there is only one, and one that is busy for two seconds is better
// waited for than refused. Where it is gone, connections are refused, and the five checks take half a second.
export const serverBackendSection = `backend ${serverBackend}
  timeout server 1h
  option httpchk
  http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host localhost
  http-check expect status 200-399
  http-request disable-l7-retry unless { method GET HEAD OPTIONS }
  http-error status 503 content-type "text/html; charset=utf-8" file ${edgeFolder}/pages/server-down.html hdr retry-after 2 hdr cache-control no-store
  server-template i 8 ${serverBackend}:8080 fall 5
`

/** `host` is the one that its checks ask for. */
export function appBackend(backend: Backend, host: string): string {
  const lines = [
    `backend ${backend.name}`,
    ...(backend.healthPath === null
      ? []
      : [
          '  option httpchk',
          `  http-check send meth GET uri ${quotePath(backend.healthPath)} ver HTTP/1.1 hdr Host ${host} hdr User-Agent berth-health-check`,
          '  http-check expect status 200-399',
        ]),
    ...(backend.replayUnsafeRequests ? [] : ['  http-request disable-l7-retry unless { method GET HEAD OPTIONS }']),
    `  http-error status 503 content-type "text/html; charset=utf-8" lf-file ${edgeFolder}/pages/nothing-up.html hdr retry-after 2 hdr cache-control no-store`,
    `  server-template i ${backend.slots} ${backend.name}:${backend.port}`,
  ]
  return `${lines.join('\n')}\n`
}

/** Nothing in a path may end the quotes, the line or the request that it is written into. */
const quotePath = (path: string) =>
  `'${path.replace(/[^A-Za-z0-9/._~!$&()*+,;=:@%?-]/gu, (character) =>
    character === "'" ? '%27' : encodeURIComponent(character),
  )}'`
