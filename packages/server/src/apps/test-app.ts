import type { AppStore } from './app-store.ts'

/** An app with one replica and the deployment that it begins with. */
export const addTestApp = (apps: AppStore, name: string, project = 'default') =>
  apps.createWithDeployment({
    app: { name, project, replicas: 1 },
    deployment: { services: [], requestedBy: 'ann', deadlineMs: 60_000 },
  })
