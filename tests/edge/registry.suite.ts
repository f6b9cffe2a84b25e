import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { CreateServiceOptions } from 'dockerode'
import { makeImage, pullImage, pushImage } from './image-push.ts'
import { appImage, backend, network, type OneEdge, r2, registryImage, servingWorker, table } from './one-edge.ts'

/** The registry, which an edge serves to its own machine alone. */
export const registrySuite = (given: () => OneEdge) =>
  describe('the registry behind an edge', () => {
    let one: OneEdge
    before(() => {
      one = given()
    })

    test('the machine reaches the registry, an app does not', { timeout: 60_000 }, async () => {
      await one.machine.docker.createService({
        Name: 'berth-registry',
        EndpointSpec: { Mode: 'dnsrr' },
        TaskTemplate: { Networks: [{ Target: 'berth-system' }], ContainerSpec: { Image: registryImage } },
      } as CreateServiceOptions)
      await untilRegistryAnswers(one)

      const edgeAddress = await addressOfEdge(one)
      const askFromApp = `fetch('http://${edgeAddress}:5000/v2/').then((r) => console.log(r.status), () => console.log('refused'))`
      const askWeb = `fetch('http://${edgeAddress}/').then((r) => console.log(r.status), () => console.log('refused'))`
      assert.match(await runOnNetwork(one, askFromApp), /refused/)
      assert.match(await runOnNetwork(one, askWeb), /404/) // The address is right and the edge is reachable.
    })

    test('takes a layer of 100 MB for the registry, over a reload, and gives it back', {
      timeout: 120_000,
    }, async () => {
      const { docker } = one.machine
      const name = { repo: '127.0.0.1:5000/shop', tag: 'big' }
      await makeImage(docker, name, 100_000_000)
      const { Id: id } = await docker.getImage('127.0.0.1:5000/shop:big').inspect()

      const startMs = performance.now()
      const worker = await servingWorker(one)
      let reloading: Promise<unknown> | undefined
      await pushImage(docker, name, () => {
        reloading = one.edge.apply(table([backend(r2), backend('other-web-r2')], r2))
      })
      const pushMs = performance.now() - startMs
      await reloading
      assert.notEqual(await servingWorker(one), worker)

      await docker.getImage('127.0.0.1:5000/shop:big').remove()
      await pullImage(docker, name)
      assert.equal((await docker.getImage('127.0.0.1:5000/shop:big').inspect()).Id, id)
      console.log(
        `pushed 100 MB in ${Math.round(pushMs)} ms, pulled after ${Math.round(performance.now() - startMs)} ms`,
      )
      await docker.getImage('127.0.0.1:5000/shop:big').remove()
      await one.edge.apply(table([backend(r2)], r2))
    })
  })

async function untilRegistryAnswers({ machine }: OneEdge) {
  const deadline = AbortSignal.timeout(30_000)
  for (;;) {
    const { output } = await machine.exec(['curl', '-s', '-m', '2', '-w', '%{http_code}', 'http://127.0.0.1:5000/v2/'])
    if (output.endsWith('200')) return
    if (deadline.aborted) throw new Error(`The registry answers ${output}`)
    await delay(200)
  }
}

async function addressOfEdge({ machine }: OneEdge) {
  const { NetworkSettings } = await machine.docker.getContainer('berth-edge').inspect()
  return NetworkSettings.Networks[network]?.IPAddress
}

async function runOnNetwork({ machine }: OneEdge, source: string) {
  const container = await machine.docker.createContainer({
    Image: appImage,
    Cmd: ['node', '-e', source],
    HostConfig: { NetworkMode: network },
    Tty: true,
  })
  await container.start()
  await container.wait()
  const output = await container.logs({ stdout: true, stderr: true })
  await container.remove()
  return String(output)
}
