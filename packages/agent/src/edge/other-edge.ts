import type { EdgeSystem } from './edge-system.ts'
import { initState } from './haproxy-settings.ts'

export const otherEdgeBackend = 'berth-other-edge'
/** With the probe's secret: the address of another machine's edge, on the network that both are on. */
export const otherEdgeHeader = 'x-berth-other-edge'
export const crossedHeader = 'x-berth-crossed'

/**
 * Passes a request of this machine's agent on to another machine's edge, over the network between instances: the way of a
 * visitor's request whose instance runs there. What the other answers does not matter, only that it does; HAProxy's own errors
 * do not get the header.
 */
export const otherEdgeSection = ({ haproxyVersion }: EdgeSystem) => `backend ${otherEdgeBackend}
  timeout connect 2s
  timeout server 2s
  retries 0
  no option redispatch
  http-reuse never
  http-request set-dst req.hdr_ip(${otherEdgeHeader})
  http-request set-dst-port int(80)
  http-request del-header ${otherEdgeHeader}
  http-response set-header ${crossedHeader} yes
  server edge 0.0.0.0:80 no-check${initState(haproxyVersion, 'up')}
`
