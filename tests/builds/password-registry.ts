import type Docker from 'dockerode'
import { makeTar } from '../../packages/source/src/archive/test-tar.ts'
import { standInName } from './registry-stand-in.ts'

/** Of a machine's own address 127.0.0.1. */
export const passwordRegistry = '127.0.0.1:5705'

/** `standInPassword`, as bcrypt keeps it. */
const account = 'ann:$2y$05$BerthBerthBerthBerthBeQudglwVHGY0qkwVXl.wxJ6JcYmIYvvm\n'
const folder = '/etc/docker/registry'

/** Runs a registry on a machine that takes and gives images only with a password. */
export async function startPasswordRegistry(docker: Docker): Promise<void> {
  const container = await docker.createContainer({
    name: `${standInName}-password`,
    Image: 'registry:2',
    Env: [
      `REGISTRY_HTTP_ADDR=${passwordRegistry}`,
      'REGISTRY_AUTH=htpasswd',
      'REGISTRY_AUTH_HTPASSWD_REALM=stand-in',
      `REGISTRY_AUTH_HTPASSWD_PATH=${folder}/htpasswd`,
    ],
    HostConfig: { NetworkMode: 'host' },
  })
  await container.putArchive(makeTar([{ name: 'htpasswd', content: account }]), { path: folder })
  await container.start()
}
