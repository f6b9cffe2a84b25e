import { copyFile, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { ensureDebianRootfs } from './debian-rootfs.ts'
import { readExtraAuthorities } from './extra-authorities.ts'
import { followImageStream } from './image-stream.ts'
import { unpackNpmPackage } from './npm-package.ts'
import { nodeVersion, npmVersion, recipeFolder, recipeOf, standInLabel } from './stand-in-recipe.ts'

export type StandInOptions = {
  docker: Docker
  cacheDir: string
  onProgress(words: string): void
  signal?: AbortSignal
}

/** Builds an image that behaves like the real one of that name, from Debian's packages and npm's. */
export async function makeStandIn(name: string, options: StandInOptions): Promise<void> {
  const { docker, onProgress, signal } = options
  const context = await mkdtemp(join(tmpdir(), 'berth-base-image-'))
  try {
    await cp(recipeFolder(name), context, { recursive: true })
    const buildargs = await ingredients[name]?.(context, options)
    const source = { context, src: await readdir(context) }
    const labels = { [standInLabel]: await recipeOf(name) }
    const stream = await docker.buildImage(source, { t: name, labels, buildargs, forcerm: true, abortSignal: signal })
    await followImageStream(docker, stream, onProgress)
  } catch (cause) {
    signal?.throwIfAborted()
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new PlatformError('engine_failed', `The stand-in for ${name} could not be made: ${message}`, {
      hint: 'It needs the package archives of Debian and npm. Are both within reach of this machine?',
      cause,
    })
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

type Ingredients = (context: string, options: StandInOptions) => Promise<Record<string, string>>

/** What a Dockerfile needs beside its own folder; answers with its build arguments. */
const ingredients: Record<string, Ingredients> = {
  'debian:bookworm-slim': addDebian,
  'node:26-bookworm-slim': addNode,
}

async function addDebian(context: string, { docker, ...options }: StandInOptions): Promise<Record<string, string>> {
  const { debian: architecture } = await readArchitecture(docker)
  const rootfs = await ensureDebianRootfs({ ...options, architecture })
  await copyFile(rootfs, join(context, 'rootfs.tar'))
  const authorities = await readExtraAuthorities()
  await mkdir(join(context, 'ca'))
  for (const { fileName, pem } of authorities) await writeFile(join(context, 'ca', fileName), pem)
  await writeFile(join(context, 'extra-ca.pem'), authorities.map(({ pem }) => `${pem.trimEnd()}\n`).join(''))
  return { EXTRA_CA_FILE: authorities.length > 0 ? '/usr/local/share/extra-ca.pem' : '' }
}

async function addNode(context: string, { docker, cacheDir, onProgress, signal }: StandInOptions) {
  const { npm: architecture } = await readArchitecture(docker)
  onProgress(`fetching node ${nodeVersion} and npm ${npmVersion}`)
  const unpacked = join(context, 'unpacked')
  await unpackNpmPackage(`node-linux-${architecture}`, unpacked, { version: nodeVersion, cacheDir, signal })
  await rename(join(unpacked, 'bin/node'), join(context, 'node'))
  await rm(unpacked, { recursive: true })
  await unpackNpmPackage('npm', join(context, 'npm'), { version: npmVersion, cacheDir, signal })
  return {}
}

const architectures: Record<string, { debian: string; npm: string }> = {
  amd64: { debian: 'amd64', npm: 'x64' },
  arm64: { debian: 'arm64', npm: 'arm64' },
}

async function readArchitecture(docker: Docker): Promise<{ debian: string; npm: string }> {
  const { Arch } = await docker.version()
  const found = architectures[Arch]
  if (found) return found
  throw new PlatformError('conflict', `There is no stand-in for the engine's architecture ${Arch}`, {
    hint: 'Berth runs on amd64 and arm64',
  })
}
