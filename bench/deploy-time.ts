import { createBySwarm, removeFromSwarm } from './deploy/swarm-baseline.ts'
import { until200 } from './deploy/until-200.ts'
import { openPlatform, type Platform, until } from './harness/platform.ts'
import { inRounds } from './harness/rounds.ts'
import { runBench } from './harness/run-bench.ts'
import { ratioOf, showSpread, spreadOf } from './harness/spread.ts'
import { showAim, showTable } from './harness/table.ts'

const rounds = 6
const aim = 0.5

await runBench(
  { name: 'deploy-time', measures: 'from the wish to the first answer, image already there' },
  async (bench) => {
    const platform = await openPlatform(bench)
    await deployByBerth(platform, 'warm', bench.signal) // Not counted: brings the image into the cluster's registry.

    const samples = await inRounds(['berth', 'swarm'], rounds, async (name, round) => {
      if (name === 'berth') return { answersMs: await deployByBerth(platform, `bench${round}`, bench.signal) }
      const times = await createBySwarm(platform.machine, `plain${round}`, 8090 + round, bench.signal)
      await removeFromSwarm(platform.machine, `plain${round}`)
      return times
    })
    bench.say(`\n${rounds} rounds, nginx:stable, 1 instance\n${showResult(samples)}`)
  },
)

/** Answers with the milliseconds from the request to the API until a visitor gets 200 by the app's domain. */
async function deployByBerth({ api, machine }: Platform, name: string, signal: AbortSignal): Promise<number> {
  const place = { address: machine.address, port: 80, host: `${name}.localhost` }
  const startedAtMs = performance.now()
  const asked = api('POST', '/v1/apps', { body: { name, image: 'nginx:stable', port: 80 } })
  const [{ status, body }] = await Promise.all([asked, until200(place, signal)])
  const answersMs = performance.now() - startedAtMs
  if (status >= 300) throw new Error(`POST /v1/apps answers ${status}: ${body}`)

  await api('DELETE', `/v1/apps/${name}`)
  const filters = { label: [`berth.app=${name}`] }
  await until(
    `${name} is gone`,
    async () => (await machine.docker.listContainers({ all: true, filters })).length,
    (left) => left === 0,
  )
  return answersMs
}

type Times = { answersMs: number; convergedMs?: number; runningMs?: number }

function showResult({ berth, swarm }: Record<'berth' | 'swarm', Times[]>): string {
  const ours = berth.map(({ answersMs }) => answersMs)
  const row = (title: string, times: number[], isAimed = false) => {
    const ratio = ratioOf(ours, times)
    return [
      title,
      showSpread(spreadOf(times)),
      showSpread(ratio, 2),
      isAimed ? `<= ${aim} ${showAim(ratio.median <= aim)}` : '',
    ]
  }
  return showTable(
    ['', 'ms', 'Berth/this', 'aim'],
    [
      row('Berth: POST /v1/apps to first 200 by the domain', ours),
      row(
        'docker service create to its end (5 s of verifying included)',
        swarm.map(({ convergedMs = Number.NaN }) => convergedMs),
        true,
      ),
      row(
        '  of this: to the task being "running" (no verifying, no answer asked for)',
        swarm.map(({ runningMs = Number.NaN }) => runningMs),
      ),
      row(
        '  of this: to first 200 by a published port (no proxy, no domain)',
        swarm.map(({ answersMs }) => answersMs),
      ),
    ],
  )
}
