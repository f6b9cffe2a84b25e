/**
 * The tables as Kysely sees them, in camelCase (columns are snake_case). Only what both engines have: ids are text,
 * times whole milliseconds, JSON text, booleans 0 or 1.
 */
export interface Schema {
  projects: ProjectTable
  apps: AppTable
  removedApps: RemovedAppTable
  releases: ReleaseTable
  deployments: DeploymentTable
  tokens: TokenTable
  users: UserTable
  activity: ActivityTable
  leases: LeaseTable
}

export interface ProjectTable {
  name: string
  createdAtMs: number
}

export interface AppTable {
  name: string
  project: string
  replicas: number
  isStopped: number
  activeDeploymentId: string | null
  createdAtMs: number
}

export interface RemovedAppTable {
  name: string
  removedAtMs: number
}

export interface ReleaseTable {
  app: string
  version: number
  services: string
  createdBy: string
  createdAtMs: number
}

export interface DeploymentTable {
  id: string
  app: string
  kind: string
  services: string
  releaseVersion: number | null
  generation: number
  state: string
  stage: string
  failure: string | null
  steps: string
  requestedBy: string
  deadlineMs: number
  previousDeploymentId: string | null
  createdAtMs: number
  finishedAtMs: number | null
}

export interface TokenTable {
  id: string
  name: string
  access: string
  tokenHash: string
  createdBy: string
  createdAtMs: number
  expiresAtMs: number | null
  lastUsedAtMs: number | null
}

export interface UserTable {
  id: string
  email: string
  passwordHash: string
  isAdmin: number
  mustChangePassword: number
  createdAtMs: number
}

export interface ActivityTable {
  id: string
  atMs: number
  actor: string
  kind: string
  app: string | null
  detail: string | null
}

export interface LeaseTable {
  name: string
  holder: string
  expiresAtMs: number
}
