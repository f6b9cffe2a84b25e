import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend, RouteTable } from '@berth/contract'
import { aService, swarmEngine } from '@berth/engine'
import type { Machine } from '../machine.ts'

export const network = 'berth-project-truth'
export const appImage = 'node:26-bookworm-slim'
export const appSource = readFileSync(join(import.meta.dirname, '../edge/app.cjs'), 'utf8')
/** Of each app. */
export const replicas = 4

export const shop = 'shop-web-r1'
export const blog = 'blog-web-r1'
const backend = (name: string): Backend => ({
  ...{ name, network, port: 3000, healthPath: '/', replayUnsafeRequests: true, slots: 16 },
})
export const table: RouteTable = {
  backends: [backend(blog), backend(shop)],
  routes: [
    { host: 'blog.localhost', app: 'blog', backend: blog },
    { host: 'shop.localhost', app: 'shop', backend: shop },
  ],
}
/** The same with one backend more, which an edge takes up by a reload. */
export const longerTable: RouteTable = { ...table, backends: [...table.backends, backend('other-web-r1')] }

export async function startApp({ docker }: Machine, name: string) {
  const [app = '', service = ''] = name.split('-')
  const ofApp = { name, app, service, network, image: appImage, env: { VERSION: name }, replicas }
  await swarmEngine({ docker }).createService(aService({ ...ofApp, command: ['node', '-e', appSource] }))
}
