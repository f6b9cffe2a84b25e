import type { ServiceChange } from '@berth/contract'
import {
  type App,
  createApp,
  createDeployment,
  type Deployment,
  getApp,
  PlatformError,
  scaleApp,
} from '@berth/contract'
import type { Context } from '../command.ts'
import { checkChange, checkNewApp } from './deploy-request.ts'

export interface DeployRequest {
  name: string
  change: ServiceChange
  project: string | undefined
  replicas: number | undefined
  options: { supersede: boolean; deadlineMs: number | undefined }
}

/** Creates the app or deploys a change to it, whichever the server says is right. */
export async function startDeployment(request: DeployRequest, context: Context): Promise<Deployment> {
  const app = await findApp(request.name, context)
  try {
    return app ? await change(request, app, context) : await create(request, context)
  } catch (error) {
    // Somebody else created or removed it in between.
    if (app && hasCode(error, 'app_not_found')) return create(request, context)
    if (app || !hasCode(error, 'app_exists')) throw error
    return change(request, await context.call(getApp, { params: { app: request.name } }), context)
  }
}

const hasCode = (error: unknown, code: PlatformError['code']) => error instanceof PlatformError && error.code === code

const findApp = (name: string, { call }: Context): Promise<App | undefined> =>
  call(getApp, { params: { app: name } }).catch((error) => {
    if (hasCode(error, 'app_not_found')) return undefined
    throw error
  })

function create({ name, change, project, replicas, options }: DeployRequest, { call }: Context): Promise<Deployment> {
  // A new app has nothing to take away from.
  const env = Object.fromEntries(Object.entries(change.env ?? {}).filter(([, value]) => value !== null))
  const body = { name, project, replicas, ...checkNewApp(name, change), env, ...options }
  return call(createApp, { body })
}

async function change(request: DeployRequest, app: App, { call }: Context): Promise<Deployment> {
  const { name, project, replicas, options } = request
  const params = { app: name }
  if (project && project !== app.project) {
    throw new PlatformError('invalid_request', `--project: ${name} belongs to the project ${app.project}`, {
      hint: 'An app stays in its project; use another --name',
    })
  }
  const wanted = checkChange(name, request.change)
  // First, so that the new release starts with as many instances as were asked for.
  if (replicas && replicas !== app.replicas) await call(scaleApp, { params, body: { replicas } })
  return call(createDeployment, { params, body: { change: wanted, ...options } })
}
