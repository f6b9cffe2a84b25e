import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { roleLabel } from '../labels.ts'

const filters = {
  type: ['container'],
  label: [roleLabel('app')],
  event: ['start', 'die', 'health_status'],
}

/** See MachineEngine.watchInstances. What the events say is not read: they are only a hint that a look is worth it. */
export async function watchInstances(
  docker: Dockerode,
  onStir: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const events = await openEvents(docker, signal)
  await engineCall('tell what happens to its instances', signal, async () => {
    for await (const _ of events) onStir()
    signal?.throwIfAborted()
    throw new Error('it stopped telling')
  })
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
