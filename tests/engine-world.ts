import { swarmEngine } from '@berth/engine'
import type Dockerode from 'dockerode'
import type { EngineWorld } from '../packages/engine/src/engine.suite.ts'

const registryName = 'suite-registry'
const publishedImage = '127.0.0.1:5000/nginx:1'

/** A manager's engine with a registry at 127.0.0.1:5000; it must have the images `registry:2` and `nginx:stable`. */
export async function swarmWorld(docker: Dockerode, close: () => Promise<void>): Promise<EngineWorld> {
  await startRegistry(docker)
  const digest = await publish(docker, 'nginx:stable', publishedImage)
  return {
    engine: swarmEngine({ docker }),
    runnableImage: `127.0.0.1:5000/nginx@${digest}`,
    missingImage: `127.0.0.1:5000/missing@sha256:${'0a'.repeat(32)}`,
    publishedImage,
    localImage: 'nginx:stable',
    publishTo: '127.0.0.1:5000/shop',
    addForeignService: async (Name) =>
      void (await docker.createService({
        Name,
        TaskTemplate: { ContainerSpec: { Image: 'nginx:stable' } },
        Mode: { Replicated: { Replicas: 1 } },
      })),
    hasForeignService: async (name) => (await docker.listServices({ filters: { name: [name] } })).length === 1,
    close,
  }
}

async function startRegistry(docker: Dockerode): Promise<void> {
  const container = await docker.createContainer({
    Image: 'registry:2',
    name: registryName,
    ExposedPorts: { '5000/tcp': {} },
    HostConfig: { PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: '5000' }] } },
  })
  await container.start()
}

async function publish(docker: Dockerode, image: string, name: string): Promise<string> {
  const [repo = '', tag = ''] = [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)]
  await docker.getImage(image).tag({ repo, tag })
  // The registry may need a moment before it listens.
  for (let attempt = 1; ; attempt += 1) {
    const digest = await push(docker, { repo, tag })
    if (digest) return digest
    if (attempt === 20) throw new Error(`could not push ${name}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function push(docker: Dockerode, { repo, tag }: { repo: string; tag: string }): Promise<string | undefined> {
  const stream = await docker.getImage(repo).push({ tag, authconfig: { username: '', password: '' } })
  const events = await new Promise<{ aux?: { Digest?: string } }[]>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, output) => (error ? resolve([]) : resolve(output)))
    stream.once('error', reject)
  })
  return events.find(({ aux }) => aux?.Digest)?.aux?.Digest
}
