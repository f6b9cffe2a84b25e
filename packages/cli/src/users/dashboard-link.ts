import { getSystem } from '@berth/contract'
import type { Context } from '../command.ts'
import { getLogin } from '../login-store.ts'

const isLoopback = (hostName: string) => /^(127\.[\d.]+|\[::1\]|localhost)$/.test(hostName)

/** A page of the dashboard at an address that is good on other machines too, which this machine's own is not. */
export async function dashboardLink(path: string, { call, config }: Pick<Context, 'call' | 'config'>): Promise<string> {
  const link = new URL(path, getLogin(config).url)
  if (isLoopback(link.hostname)) link.hostname = `berth.${(await call(getSystem, {})).domain}`
  return link.href
}
