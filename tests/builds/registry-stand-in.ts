import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'

const program = readFileSync(join(import.meta.dirname, 'registry-stand-in.mjs'), 'utf8')

/** Of a machine's own address 127.0.0.1, which engines take without TLS. Nothing listens on `down`. */
export const standIns = { slow: 5701, locked: 5702, silent: 5703, down: 5704 }
export const standInName = 'registry-stand-in'
export const standInPassword = { username: 'ann', password: 'secret' }

/** Runs registries on a machine that answer as those of others do on bad days; see the program. */
export async function startRegistryStandIns(docker: Docker): Promise<void> {
  const { slow, locked, silent } = standIns
  const container = await docker.createContainer({
    name: standInName,
    Image: 'node:26-bookworm-slim',
    Cmd: ['node', '--input-type=module', '--eval', program],
    Env: [`PORTS=${JSON.stringify([slow, locked, silent])}`],
    HostConfig: { NetworkMode: 'host' },
  })
  await container.start()
}
