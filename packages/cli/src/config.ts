import { homedir } from 'node:os'
import { join } from 'node:path'

/** All that the command reads from its environment. */
export interface Config {
  /** Where `berth login` and the set-up keep the address and the token. */
  path: string
  cacheDirectory: string
  /** Both override the file. */
  url: string | undefined
  token: string | undefined
  color: 'always' | 'never' | 'auto'
  isDumbTerminal: boolean
  /** Whether a browser that opens here is in front of the person who types. */
  hasDisplay: boolean
  /** A variable that the user names, such as one with a secret. */
  variable(name: string): string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

export function readConfig(env: Environment, home = homedir(), platform = process.platform): Config {
  return {
    path: env.BERTH_CONFIG || join(env.XDG_CONFIG_HOME || join(home, '.config'), 'berth', 'config.json'),
    cacheDirectory: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'berth', 'compiled'),
    url: env.BERTH_URL || undefined,
    token: env.BERTH_TOKEN || undefined,
    color: readColor(env),
    isDumbTerminal: env.TERM === 'dumb',
    variable: (name) => env[name],
    hasDisplay: platform === 'darwin' ? !env.SSH_CONNECTION : Boolean(env.DISPLAY || env.WAYLAND_DISPLAY),
  }
}

/** https://no-color.org and https://force-color.org. */
function readColor(env: Environment): Config['color'] {
  if (env.NO_COLOR) return 'never'
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return 'always'
  return 'auto'
}
