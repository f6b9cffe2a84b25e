import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { instanceIdLabel, roleLabel } from '../labels.ts'

const filters = {
  type: ['container'],
  label: [roleLabel('app')],
  event: ['start', 'die', 'health_status'],
}

/** See MachineEngine.watchInstances. */
export async function watchInstances(
  docker: Dockerode,
  onStir: (endedInstanceId?: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const events = await openEvents(docker, signal)
  const readEnds = endReader()
  await engineCall('tell what happens to its instances', signal, async () => {
    for await (const chunk of events) {
      onStir()
      for (const instanceId of readEnds(chunk.toString('utf8'))) onStir(instanceId)
    }
    signal?.throwIfAborted()
    throw new Error('it stopped telling')
  })
}

/** Ids of the instances that ended, out of events that come as lines of JSON, not always whole ones. */
export function endReader(): (text: string) => string[] {
  let rest = ''
  return (text) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    return lines.filter((line) => line.includes('"die"')).flatMap((line) => endedIn(line) ?? [])
  }
}

type Told = { Action?: string; Actor?: { Attributes?: Record<string, string> } }

function endedIn(line: string): string | undefined {
  const { Action, Actor }: Told = JSON.parse(line)
  return Action === 'die' ? Actor?.Attributes?.[instanceIdLabel] : undefined
}

/** By the client's own way of dialling, since its method cannot be aborted. */
function openEvents(docker: Dockerode, signal: AbortSignal | undefined): Promise<AsyncIterable<Buffer>> {
  return engineCall('tell what happens to its instances', signal, () => {
    return new Promise((resolve, reject) => {
      docker.modem.dial(
        {
          path: '/events?',
          method: 'GET',
          isStream: true,
          ...(signal ? { abortSignal: signal } : {}),
          options: { filters: JSON.stringify(filters) },
          statusCodes: { 200: true },
        },
        (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream as AsyncIterable<Buffer>)),
      )
    })
  })
}
