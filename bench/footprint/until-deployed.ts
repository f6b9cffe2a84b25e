import { setTimeout as delay } from 'node:timers/promises'
import type { Platform } from '../harness/platform.ts'

export async function untilDeployed({ api, app }: Pick<Platform, 'api'> & { app: string }, id: string): Promise<void> {
  for (;;) {
    const { body } = await api('GET', `/v1/apps/${app}/deployments/${id}`)
    const { state, failure } = JSON.parse(body)
    if (state === 'succeeded') return
    if (failure) throw new Error(`The deployment failed: ${failure.message}`)
    await delay(200)
  }
}
