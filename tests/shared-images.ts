import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { runCommand } from '../packages/installer/src/system/run-command.ts'

export type StoredImage = { name: string; id: string; diffIds: readonly string[] }

/** What an engine keeps of a layer: its folder, what is in there, and the short name under which its files are mounted. */
export type StoredLayer = { chainId: string; cacheId: string; names: readonly string[]; link: string }

/**
 * Puts images of this host's engine into the folder of another that was never started, at hardly any cost: the files of their
 * layers are hard links. No engine writes to those, as they lie below whatever a container changes. Does nothing where this
 * host's engine keeps images in another way.
 */
export async function shareImages(outer: Docker, names: readonly string[], folder: string): Promise<void> {
  const root = await findSharedRoot(outer, folder)
  if (root === undefined || names.length === 0) return
  const images = await Promise.all(names.map((name) => findImage(outer, name)))
  const chainIds = new Set(images.flatMap(({ diffIds }) => chainIdsOf(diffIds)))
  const layers = await Promise.all([...chainIds].map((chainId) => readLayer(root, chainId)))
  const { copied, linked } = filesOf(images, layers)
  await runCommand(['cp', '-a', '--parents', ...copied, folder], { cwd: root })
  await runCommand(['cp', '-al', '--parents', ...linked, folder], { cwd: root })
  await writeFile(join(folder, 'image/overlay2/repositories.json'), JSON.stringify(repositoriesOf(images)))
}

async function findSharedRoot(outer: Docker, folder: string): Promise<string | undefined> {
  const { Driver: driver, DockerRootDir: root, SecurityOptions: security = [] } = await outer.info()
  // The files of an engine that is root only to itself belong to users that mean nothing to another.
  const isMapped = security.some((option: string) => /^name=(userns|rootless)/.test(option))
  const [disk, other] = await Promise.all([diskOf(join(root, 'image/overlay2')), diskOf(folder)])
  return driver === 'overlay2' && !isMapped && disk !== undefined && disk === other ? root : undefined
}

/** Undefined where there is no such folder on this host. */
const diskOf = (path: string) =>
  stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  )

async function findImage(outer: Docker, name: string): Promise<StoredImage> {
  const { Id: id, RootFS } = await outer.getImage(name).inspect()
  return { name, id, diffIds: RootFS.Layers ?? [] }
}

async function readLayer(root: string, chainId: string): Promise<StoredLayer> {
  const cacheId = await readFile(join(root, layerFolder(chainId), 'cache-id'), 'utf8')
  const folder = join(root, 'overlay2', cacheId)
  return { chainId, cacheId, names: await readdir(folder), link: await readFile(join(folder, 'link'), 'utf8') }
}

/** The names of layers upon layers, as in the specification of OCI images. */
export function chainIdsOf(diffIds: readonly string[]): string[] {
  const chain: string[] = []
  for (const diffId of diffIds) {
    const below = chain.at(-1)
    chain.push(below ? `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}` : diffId)
  }
  return chain
}

const hexOf = (digest: string) => digest.replace('sha256:', '')
const layerFolder = (chainId: string) => `image/overlay2/layerdb/sha256/${hexOf(chainId)}`

/** The files themselves, and where an engine sees them together with those below. */
const notCopied = ['diff', 'merged']

/** What the engine may write in place is copied; the rest, which is nearly all, is linked. */
export function filesOf(images: readonly StoredImage[], layers: readonly StoredLayer[]) {
  const copied = [
    ...images.map(({ id }) => `image/overlay2/imagedb/content/sha256/${hexOf(id)}`),
    ...layers.flatMap(({ chainId, cacheId, names, link }) => [
      layerFolder(chainId),
      `overlay2/l/${link}`,
      ...names.filter((name) => !notCopied.includes(name)).map((name) => `overlay2/${cacheId}/${name}`),
    ]),
  ]
  return { copied, linked: layers.map(({ cacheId }) => `overlay2/${cacheId}/diff`) }
}

export function repositoriesOf(images: readonly StoredImage[]) {
  const Repositories: Record<string, Record<string, string>> = {}
  for (const { name, id } of images) {
    const repository = name.slice(0, name.lastIndexOf(':'))
    Repositories[repository] = { ...Repositories[repository], [name]: id }
  }
  return { Repositories }
}
