import { once } from 'node:events'
import { connect } from 'node:net'
import { until } from '../e2e/platform.ts'
import type { SshMachine } from './ssh-machine.ts'

/** All that the engine of a machine has, images by their names. */
export async function inventory({ exec }: SshMachine): Promise<string> {
  const lists = [
    ['docker', 'ps', '--all', '--quiet'],
    ['docker', 'network', 'ls', '--format', '{{.Name}}'],
    ['docker', 'volume', 'ls', '--quiet'],
    ['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}'],
    ['docker', 'info', '--format', '{{.Swarm.LocalNodeState}}'],
  ]
  const outputs: string[] = []
  for (const argv of lists) outputs.push((await exec(argv)).output)
  return outputs.join('\n')
}

/** Its SSH server closes its port for a moment when it reads its keys again. */
export const untilSshAnswers = ({ address }: SshMachine) =>
  until(
    `${address} answers SSH`,
    async () => {
      const socket = connect(22, address)
      const [greeting] = await once(socket, 'data').catch(() => [''])
      socket.destroy()
      return String(greeting)
    },
    (greeting) => greeting.startsWith('SSH-'),
  )

export const packagesOf = async ({ exec }: SshMachine) => (await exec(['dpkg-query', '--show'])).output

/** Everything outside of what the engine keeps that has Berth's name. */
export const filesOf = async ({ exec }: SshMachine) =>
  (await exec(['find', '/', '-xdev', '-iname', '*berth*'])).output.split('\n').sort()
