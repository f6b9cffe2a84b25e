import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { User } from '@berth/contract'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../packages/dashboard/dev/browser.ts'
import type { Platform } from '../e2e/platform.ts'

/** As somebody's own browser on a laptop where *.localhost is that machine. */
export const launchBrowserFor = ({ machine }: Platform): Promise<Browser> =>
  launchBrowser([`--host-resolver-rules=MAP *.localhost ${machine.address}`])

export type Credentials = { email: string; password: string }

/** A one-time password for the admin that the installation made. */
export async function giveOneTimePassword(platform: Platform): Promise<Credentials> {
  const { body } = await platform.api('GET', '/v1/users')
  const admin = (JSON.parse(body) as User[]).find(({ isAdmin }) => isAdmin) ?? assert.fail(`No admin: ${body}`)
  const reset = await platform.api('POST', `/v1/users/${admin.id}/reset-password`)
  assert.equal(reset.status, 200, reset.body)
  return { email: admin.email, password: JSON.parse(reset.body).password }
}

export type Cookie = { name: string; value: string }

/** Signs in over the API, as a page does, with a password of one's own; answers with the session. */
export async function openSession(platform: Platform): Promise<Cookie> {
  const { email, password } = await giveOneTimePassword(platform)
  const cookie = await post(platform, '/v1/sign-in', { email, password })
  const newPassword = randomBytes(12).toString('hex')
  return await post(platform, '/v1/me/password', { currentPassword: password, newPassword }, cookie)
}

function post({ machine }: Platform, path: string, body: unknown, cookie?: Cookie): Promise<Cookie> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'berth.localhost',
      origin: 'http://berth.localhost',
      'content-type': 'application/json',
      ...(cookie ? { cookie: `${cookie.name}=${cookie.value}` } : {}),
    }
    const sent = request({ host: machine.address, port: 80, method: 'POST', path, headers, agent: false }, (answer) => {
      answer.resume()
      const [set = ''] = answer.headers['set-cookie'] ?? []
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (answer.statusCode !== 200) reject(new Error(`${path} answers ${answer.statusCode}`))
      else if (name && value) resolve({ name, value })
      else if (cookie) resolve(cookie)
      else reject(new Error(`${path} sets no cookie`))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}
