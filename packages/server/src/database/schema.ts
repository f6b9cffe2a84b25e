import type { Generated } from 'kysely'

/**
 * The tables as Kysely sees them, in camelCase (columns are snake_case). Only what both engines have: ids are text,
 * times whole milliseconds, JSON text, booleans 0 or 1.
 */
export interface Schema {
  projects: ProjectTable
  apps: AppTable
  removedApps: RemovedAppTable
  releases: ReleaseTable
  removedImages: RemovedImageTable
  deployments: DeploymentTable
  builds: BuildTable
  buildLogParts: BuildLogPartTable
  buildSecrets: BuildSecretTable
  memberships: MembershipTable
  tokens: TokenTable
  retiredTokens: RetiredTokenTable
  registries: RegistryTable
  repositories: RepositoryTable
  webhooks: WebhookTable
  webhookDeliveries: WebhookDeliveryTable
  invitations: InvitationTable
  loginRequests: LoginRequestTable
  users: UserTable
  standingAdmin: StandingAdminTable
  sessions: SessionTable
  secondFactors: SecondFactorTable
  recoveryCodes: RecoveryCodeTable
  signInAddresses: SignInAddressTable
  activity: ActivityTable
  leases: LeaseTable
  machines: MachineTable
  joinTokens: JoinTokenTable
  sampleChunks: SampleChunkTable
  cordons: CordonTable
  relocations: RelocationTable
  drains: DrainTable
  settings: SettingTable
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

/** Images of releases that were removed to make room. */
export interface RemovedImageTable {
  app: string
  image: string
  removedAtMs: number
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

export interface BuildTable {
  id: string
  app: string
  state: string
  source: string
  options: string
  deploy: string | null
  commitId: string | null
  machine: string | null
  recognizedAs: string | null
  detail: string | null
  steps: string
  dockerfile: string | null
  isGenerated: number
  images: string
  failure: string | null
  deploymentId: string | null
  requestedBy: string
  attempts: number
  createdAtMs: number
  queuedAtMs: number | null
  startedAtMs: number | null
  finishedAtMs: number | null
  secretNames: string
}

export interface BuildSecretTable {
  buildId: string
  sealed: string
}

export interface BuildLogPartTable {
  buildId: string
  part: number
  lineCount: number
  lines: string
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
  ownerId: string | null
  project: string | null
}

export interface RetiredTokenTable {
  tokenHash: string
  retiredAtMs: number
}

export interface RegistryTable {
  id: string
  host: string
  project: string | null
  username: string
  sealedPassword: string
  createdBy: string
  createdAtMs: number
}

export interface RepositoryTable {
  id: string
  prefix: string
  project: string | null
  kind: string
  username: string | null
  publicKey: string | null
  hostKeys: string | null
  sealedSecret: string
  createdBy: string
  createdAtMs: number
}

export interface WebhookTable {
  id: string
  app: string
  url: string
  branch: string
  tags: string | null
  options: string
  sealedSecret: string
  createdBy: string
  createdAtMs: number
  refusedAtMs: number | null
}

export interface WebhookDeliveryTable {
  webhookId: string
  id: string
  deliveryId: string | null
  receivedAtMs: number
  event: string
  ref: string | null
  commitId: string | null
  pushedBy: string | null
  outcome: string
  words: string
  buildId: string | null
}

export interface MembershipTable {
  project: string
  userId: string
  role: string
  sinceMs: number
}

export interface InvitationTable {
  id: string
  secretHash: string
  email: string
  project: string | null
  role: string
  invitedBy: string
  inviterId: string | null
  createdAtMs: number
  expiresAtMs: number
}

export interface LoginRequestTable {
  code: string
  secretHash: string
  client: string
  address: string
  state: string
  access: string | null
  answeredBy: string | null
  createdAtMs: number
  expiresAtMs: number
}

export interface UserTable {
  id: string
  email: string
  passwordHash: string
  isAdmin: number
  /** Has a default: 0. */
  isBlocked: Generated<number>
  mustChangePassword: number
  lastSignInAtMs: number | null
  createdAtMs: number
}

/** One row: an admin who may sign in, and who therefore stays one. */
export interface StandingAdminTable {
  id: number
  userId: string
  isAdmin: number
  isBlocked: number
}

export interface SessionTable {
  id: string
  userId: string
  tokenHash: string
  address: string | null
  userAgent: string | null
  createdAtMs: number
  lastUsedAtMs: number
  expiresAtMs: number
}

export interface SecondFactorTable {
  userId: string
  sealedSecret: string
  isConfirmed: number
  /** The newest step of time whose code was used. */
  lastStep: number
  createdAtMs: number
}

export interface RecoveryCodeTable {
  userId: string
  codeHash: string
}

/** Where users have signed in from. */
export interface SignInAddressTable {
  userId: string
  address: string
  lastAtMs: number
}

export interface ActivityTable {
  id: string
  atMs: number
  actor: string
  /** snake_case, such as `deployment_succeeded`. */
  kind: string
  app: string | null
  /** Whose members may see it; null for what is about no project. */
  project: string | null
  detail: string | null
}

export interface LeaseTable {
  name: string
  holder: string
  expiresAtMs: number
}

/** Who was ever let into the cluster, by the identity in the certificate. */
export interface MachineTable {
  identityId: string
  name: string
  /** The engine's id; null until its agent said hello. */
  machineId: string | null
  /** As the cluster saw it last. */
  role: string
  roleAtMs: number
  certificateEndsAtMs: number
  addedAtMs: number
  removedAtMs: number | null
}

export interface JoinTokenTable {
  machine: string
  id: string
  secretHash: string
  role: string
  createdBy: string
  createdAtMs: number
  expiresAtMs: number
  usedAtMs: number | null
  /** Fingerprint of the key that it was used with. */
  usedByKey: string | null
}

export interface SampleChunkTable {
  kind: string
  name: string
  stepMs: number
  startMs: number
  lastAtMs: number
  app: string | null
  service: string | null
  machine: string | null
  packed: string
}

export interface CordonTable {
  machineId: string
  cause: string
  actor: string
  reason: string | null
  sinceMs: number
}

export interface RelocationTable {
  id: string
  kind: string
  machineId: string | null
  machine: string | null
  isForced: number
  state: string
  words: string | null
  steps: string
  failure: string | null
  requestedBy: string
  createdAtMs: number
  finishedAtMs: number | null
}

/** The machines that give their instances away. */
export interface DrainTable {
  machineId: string
  machine: string
  relocationId: string | null
  availability: string
  isDrained: number
  sinceMs: number
}

export interface SettingTable {
  name: string
  value: string
}
