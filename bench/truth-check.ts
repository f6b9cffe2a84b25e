import type { Backend, ServiceAddresses } from '@berth/contract'
import { parseStat } from '../packages/agent/src/edge/haproxy-answers.ts'
import { compare, continued } from '../packages/agent/src/truth/differences.ts'
import { wordOf } from '../packages/server/src/truth/service-addresses.ts'

const backendCount = 200
const instancesEach = 5
const rounds = 200

const backends: Backend[] = Array.from({ length: backendCount }, (_, index) => ({
  ...{ name: `app${index}-web-r1`, network: 'berth-project-default', port: 80 },
  ...{ healthPath: '/', replayUnsafeRequests: false, slots: 16 },
}))
const addressesOf = (index: number) => Array.from({ length: instancesEach }, (_, place) => `10.0.${index}.${place + 2}`)
const told = new Map(
  backends.map(({ name, network }, index): [string, ServiceAddresses] => [
    name,
    { service: name, network, running: addressesOf(index), passing: [] },
  ]),
)
const header = '# pxname,svname,qcur,scur,stot,status,check_status,check_code,last_chk,hrsp_5xx,addr,'
const lines = backends.flatMap(({ name }, index) =>
  addressesOf(index).map((address, place) => `${name},i${place},0,1,10,UP,L7OK,200,,0,${address}:80,`),
)
const answer = [header, ...lines].join('\n')

function msOf(work: () => unknown): number {
  for (let warmUp = 0; warmUp < 20; warmUp++) work()
  const startedAtMs = performance.now()
  for (let round = 0; round < rounds; round++) work()
  return (performance.now() - startedAtMs) / rounds
}

// The baseline is what the agent does each second anyway: reading HAProxy's answer.
const rows = parseStat(answer)
const lookMs = msOf(() => parseStat(answer))
const checkMs = msOf(() => {
  const { differences } = compare(backends, rows, told)
  continued(new Map(), differences.map(String), 0)
})
const tellMs = msOf(() => wordOf(told, new Map(told)))

console.log(`${backendCount} backends with ${instancesEach} instances each, nothing wrong:`)
console.log(`  a look at the edge, read   ${lookMs.toFixed(2)} ms, each second`)
console.log(
  `  a truth check              ${checkMs.toFixed(2)} ms, every other second: ${(checkMs / lookMs).toFixed(2)} of a look`,
)
console.log(`  the server's word          ${tellMs.toFixed(2)} ms, for all agents that heard the same before`)
