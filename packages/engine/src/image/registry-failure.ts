import { PlatformError } from '@berth/contract'
import { engineFailure, engineStatus, engineWords } from '../engine-failure.ts'
import { type ImageName, isOnDockerHub, withDigest, withTag } from './image-name.ts'

const denied = /denied|unauthorized|authentication required|no basic auth|forbidden|may require 'docker login'/i
const missing = /manifest unknown|manifest invalid|not found|name unknown|does not exist|no such image/i
const otherProcessor = /no matching manifest|no match for platform|does not match the specified platform/i
const limited = /toomanyrequests|too many requests|rate limit/i
const diskFull = /no space left on device/i
const network =
  /dial tcp|no such host|timeout|timed out|deadline exceeded|connection refused|connection reset|network is unreachable|no route to host|x509|tls|certificate|server gave HTTP response|\bEOF\b|server misbehaving|proxyconnect|bad gateway|service unavailable|status: 5\d\d/i

export const isOutOfReach = (words: string): boolean => network.test(words)
export const isDenied = (words: string): boolean => denied.test(words)
export const isLimited = (words: string): boolean => limited.test(words)

/** What a registry's refusal, in the engine's words, means to the person who named the image. */
export function registryFailure(name: ImageName, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  const status = engineStatus(error)
  // Without a status the engine itself did not answer: that is no registry's fault.
  if (status === undefined) return engineFailure(`ask for the image ${spell(name)}`, error)
  return failureFromWords(name, engineWords(error), { status, cause: error })
}

/** For the errors that come in the middle of a stream, without a status. */
export function failureFromWords(
  name: ImageName,
  words: string,
  { status, cause }: { status?: number; cause?: unknown } = {},
): PlatformError {
  const image = spell(name)
  if (diskFull.test(words)) {
    return new PlatformError('engine_failed', `No room for the image ${image}: the disk of the machine is full`, {
      hint: 'Make room on the machine, for instance with docker image prune',
      cause,
    })
  }
  if (limited.test(words)) {
    return new PlatformError('registry_unreachable', `${registryOf(name)} gives no more images for now: ${words}`, {
      hint: 'It limits how often it is asked: try again later',
      cause,
    })
  }
  if (otherProcessor.test(words)) {
    return new PlatformError('image_not_found', `The image ${image} is not made for this machine's processor`, {
      hint: 'Build it for this platform',
      cause,
    })
  }
  if (denied.test(words) || status === 401 || status === 403) return refused(name, cause)
  if (missing.test(words) || status === 404) {
    return new PlatformError('image_not_found', `${registryOf(name)} has no image ${image}`, {
      hint: 'Check the spelling and the tag, or build the image on this machine first',
      cause,
    })
  }
  if (network.test(words)) {
    return new PlatformError('registry_unreachable', `${registryOf(name)} could not be asked for ${image}: ${words}`, {
      hint: 'Check the network, or build the image on this machine first',
      cause,
    })
  }
  return new PlatformError('engine_failed', `The engine could not get the image ${image}: ${words}`, { cause })
}

/** Docker Hub answers the same for a repository that does not exist as for a private one. */
function refused(name: ImageName, cause: unknown): PlatformError {
  if (isOnDockerHub(name)) {
    return new PlatformError(
      'image_not_found',
      `Docker Hub has no public image ${spell(name)}: it does not exist, or it is private`,
      { hint: 'Check the spelling, or build the image on this machine first', cause },
    )
  }
  return new PlatformError('image_denied', `${registryOf(name)} does not give out ${spell(name)} without signing in`, {
    hint: 'Check the spelling: some registries answer so when there is no such image. For a private one, docker login and docker pull it on this machine, then deploy it again',
    cause,
  })
}

export const registryOf = (name: ImageName) => (isOnDockerHub(name) ? 'Docker Hub' : `The registry ${name.registry}`)
const spell = (name: ImageName) => (name.digest ? withDigest(name, name.digest) : withTag(name))
