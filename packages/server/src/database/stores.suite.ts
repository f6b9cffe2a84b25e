import { activityStoreSuite } from '../activity/activity-store.suite.ts'
import { appStoreSuite } from '../apps/app-store.suite.ts'
import { buildStoreSuite } from '../builds/build-store.suite.ts'
import { imageStoreSuite } from '../cleanup/image-store.suite.ts'
import { cordonStoreSuite } from '../cordons/cordon-store.suite.ts'
import { deploymentStoreSuite } from '../deployments/deployment-store.suite.ts'
import { invitationStoreSuite } from '../invitations/invitation-store.suite.ts'
import { joinTokenStoreSuite } from '../joining/join-token-store.suite.ts'
import { loginRequestStoreSuite } from '../login-requests/login-request-store.suite.ts'
import { identityStoreSuite } from '../machines/identity-store.suite.ts'
import { projectStoreSuite } from '../projects/project-store.suite.ts'
import { registryStoreSuite } from '../registries/registry-store.suite.ts'
import { releaseStoreSuite } from '../releases/release-store.suite.ts'
import { relocationStoreSuite } from '../relocations/relocation-store.suite.ts'
import { repositoryStoreSuite } from '../repositories/repository-store.suite.ts'
import { secondFactorStoreSuite } from '../sessions/second-factor-store.suite.ts'
import { sessionStoreSuite } from '../sessions/session-store.suite.ts'
import { settingStoreSuite } from '../settings/setting-store.suite.ts'
import { sampleStoreSuite } from '../stats/sample-store.suite.ts'
import { statsKeeperSuite } from '../stats/stats-keeper.suite.ts'
import { tokenStoreSuite } from '../tokens/token-store.suite.ts'
import { userStoreSuite } from '../users/user-store.suite.ts'
import { webhookStoreSuite } from '../webhooks/webhook-store.suite.ts'
import { signInMigrationSuite } from './migrations/0002-sign-in.suite.ts'
import { openDatabaseSuite } from './open-database.suite.ts'

/** Every promise of every store, to be kept on each engine alike. */
export const storeSuites = [
  openDatabaseSuite,
  appStoreSuite,
  releaseStoreSuite,
  buildStoreSuite,
  deploymentStoreSuite,
  imageStoreSuite,
  projectStoreSuite,
  registryStoreSuite,
  repositoryStoreSuite,
  webhookStoreSuite,
  tokenStoreSuite,
  invitationStoreSuite,
  loginRequestStoreSuite,
  userStoreSuite,
  signInMigrationSuite,
  sessionStoreSuite,
  secondFactorStoreSuite,
  activityStoreSuite,
  joinTokenStoreSuite,
  identityStoreSuite,
  sampleStoreSuite,
  statsKeeperSuite,
  cordonStoreSuite,
  relocationStoreSuite,
  settingStoreSuite,
]
