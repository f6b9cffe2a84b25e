import { PlatformError, type RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineFailure, engineStatus, engineWords } from '../engine-failure.ts'
import { isOutOfReach } from './registry-failure.ts'

/** As the engine's client names it in its requests. */
export type AuthConfig = { username: string; password: string; serveraddress: string }

/** The engine wants to see some, also where none are needed. */
export const noCredentials: AuthConfig = { username: '', password: '', serveraddress: '' }

const dockerHub = 'https://index.docker.io/v1/'

export const authConfigOf = ({ host, username, password }: RegistryCredentials): AuthConfig => ({
  ...{ username, password },
  serveraddress: host === 'docker.io' ? dockerHub : host,
})

/** See Engine.signInToRegistry. */
export async function signInToRegistry(
  docker: Dockerode,
  credentials: RegistryCredentials,
  signal?: AbortSignal,
): Promise<void> {
  const { host } = credentials
  signal?.throwIfAborted()
  try {
    await docker.checkAuth(authConfigOf(credentials))
  } catch (error) {
    const words = engineWords(error)
    if (engineStatus(error) === undefined) throw engineFailure(`sign in to ${host}`, error)
    if (isOutOfReach(words) && !/unauthorized|denied|incorrect/i.test(words)) {
      throw new PlatformError('registry_unreachable', `${host} does not answer: ${words}`, {
        hint: 'Check the host, and the network of the manager',
        cause: error,
      })
    }
    throw new PlatformError('registry_refused', `${host} refuses these credentials: ${words}`, {
      hint: 'Check the user and the password; most registries want a token in its place',
      cause: error,
    })
  }
}
