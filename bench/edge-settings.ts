import { haproxyVersion, openArena } from './edge/arena.ts'
import { bareHaproxy, berthEdge } from './edge/contenders.ts'
import { type VariantName, variantOf, variants } from './edge/edge-variants.ts'
import { inRounds } from './harness/rounds.ts'
import { runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showTable } from './harness/table.ts'

const rounds = 4
const seconds = 2
const bare = 'bare HAProxy'
const whole: VariantName = 'as it is'

await runBench(
  { name: 'edge-settings', measures: 'what each setting of the edge costs per request' },
  async (bench) => {
    const arena = await openArena(bench)
    const edge = berthEdge(await haproxyVersion(bench.docker, bench.runId))
    const names = [bare, ...(Object.keys(variants) as VariantName[])]
    const hosts = new Map(names.map((name, index) => [name, `v${index}`]))
    const hostOf = (name: string) => hosts.get(name) ?? name

    for (const name of names) {
      await arena.start(hostOf(name), name === bare ? bareHaproxy : variantOf(edge, name as VariantName))
    }
    for (const name of names) await arena.waitFor(hostOf(name))
    const samples = await inRounds(names, rounds, (name) => arena.measure(hostOf(name), seconds))

    const costs = (name: string) => (samples[name] ?? []).map((sample) => sample.cpuMicrosPerRequest)
    const rows = names.map((name) => [
      name,
      showSpread(spreadOf(costs(name)), 1),
      (spreadOf(costs(name)).median - spreadOf(costs(whole)).median).toFixed(1),
      showSpread(ratioOf(costs(name), costs(whole)), 2),
    ])
    bench.say(showTable(['', 'CPU us/request', 'difference', 'this/as it is'], rows))
  },
)
