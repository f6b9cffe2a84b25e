import { randomUUID } from 'node:crypto'
import { containerOf, type Platform, until } from '../harness/platform.ts'
import type { Contestant } from './contestant.ts'

const image = 'test-app:1'
const port = 8080

export async function berthContestant(platform: Platform): Promise<Contestant> {
  const { api, machine } = platform

  async function ask(method: string, path: string, body?: unknown) {
    const answer = await api(method, path, { body })
    if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status}: ${answer.body}`)
    return JSON.parse(answer.body)
  }

  const untilDeployed = (app: string, id: string) =>
    until(
      `${app} is deployed`,
      () => ask('GET', `/v1/apps/${app}/deployments/${id}`),
      ({ state }) => state === 'succeeded',
    )

  const instances = async (app: string) => {
    const found = await machine.docker.listContainers({ filters: { label: [`berth.app=${app}`] } })
    return found.map(({ Id }) => Id)
  }

  async function untilReady(replicas: number, without?: string) {
    await until(
      `${replicas} instances are up`,
      async () => ({ app: await ask('GET', '/v1/apps/shop'), ids: await instances('shop') }),
      ({ app, ids }) =>
        app.readyReplicas === replicas && ids.length === replicas && !(without !== undefined && ids.includes(without)),
    )
  }

  async function scale(replicas: number) {
    await ask('POST', '/v1/apps/shop/scale', { replicas })
    await untilReady(replicas)
  }

  async function killOne() {
    const [victim = ''] = await instances('shop')
    await machine.docker.getContainer(victim).kill()
    await untilReady(2, victim)
  }

  async function deploy() {
    const change = { env: { VERSION: randomUUID() } }
    const { id } = await ask('POST', '/v1/apps/shop/deployments', { change })
    await untilDeployed('shop', id)
    await untilReady(2)
  }

  /** The edge reloads for a backend that comes, and for one that goes. */
  async function reload() {
    const { id } = await ask('POST', '/v1/apps', { name: 'other', image, port })
    await untilDeployed('other', id)
    await ask('DELETE', '/v1/apps/other')
    await until(
      'the other app is gone',
      () => instances('other'),
      (ids) => ids.length === 0,
    )
  }

  async function killServer() {
    const server = await containerOf(platform, 'server')
    await server.kill()
    await until(
      'another server runs',
      () => containerOf(platform, 'server'),
      ({ id }) => id !== server.id,
    )
    await until(
      'the server acts',
      () => ask('GET', '/healthz'),
      ({ status }) => status === 'ready',
    )
  }

  const { id } = await ask('POST', '/v1/apps', { name: 'shop', image, port, replicas: 2 })
  await untilDeployed('shop', id)
  return {
    port: 80,
    host: 'shop.localhost',
    scale,
    scenarios: {
      deploy,
      'scale 1 -> 4 -> 2': async () => {
        await scale(4)
        await scale(2)
      },
      'instance kill -9, twice': async () => {
        await killOne()
        await killOne()
      },
      'instance kill -9, POSTs too': killOne,
      'edge reload, twice': reload,
      'server kill -9': killServer,
    },
  }
}
