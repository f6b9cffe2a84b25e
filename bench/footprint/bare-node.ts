import type Docker from 'dockerode'
import { startContainer } from '../harness/container.ts'
import { containerOf, type Platform } from '../harness/platform.ts'

const bareName = 'berth-bench-bare-node'

/** The same Node, from the same image, which does nothing. */
export async function startBareNode(platform: Platform): Promise<void> {
  const { Image } = await (await containerOf(platform, 'server')).inspect()
  await startContainer(platform.machine.docker, {
    name: bareName,
    Image,
    Cmd: ['node', '-e', 'setInterval(() => {}, 1e9)'],
    Labels: { 'berth.role': '' }, // Its image is Berth's, but it is no part of it.
  })
}

export const bareNodeOf = ({ machine }: Platform): Docker.Container => machine.docker.getContainer(bareName)
