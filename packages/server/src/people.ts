import type { Logger } from 'pino'
import type { ActivityStore } from './activity/activity-store.ts'
import type { AppStore } from './apps/app-store.ts'
import type { Changes } from './changes.ts'
import type { StoreDeps } from './database/database.ts'
import { failureLimit } from './gate/failure-limit.ts'
import { createGate } from './gate/gate.ts'
import { guessLimit } from './gate/guess-limit.ts'
import { knownCallers } from './gate/known-callers.ts'
import { sessionCookie } from './gate/session-cookie.ts'
import { invitationApi } from './invitations/invitation-api.ts'
import { invitationStore } from './invitations/invitation-store.ts'
import { loginRequestApi } from './login-requests/login-request-api.ts'
import { loginRequestStore } from './login-requests/login-request-store.ts'
import { memberApi } from './projects/member-api.ts'
import { membershipStore } from './projects/membership-store.ts'
import { projectApi } from './projects/project-api.ts'
import { projectStore } from './projects/project-store.ts'
import { attemptLimit } from './sessions/attempt-limit.ts'
import { createAuth } from './sessions/auth.ts'
import { failedSignIns } from './sessions/failed-sign-ins.ts'
import { meOf } from './sessions/me.ts'
import { identityKeys } from './sessions/seal.ts'
import { secondFactorApi } from './sessions/second-factor-api.ts'
import { secondFactorStore } from './sessions/second-factor-store.ts'
import { sessionApi } from './sessions/session-api.ts'
import { sessionStore } from './sessions/session-store.ts'
import { signInWith } from './sessions/sign-in.ts'
import { tokenApi } from './tokens/token-api.ts'
import { tokenStore } from './tokens/token-store.ts'
import type { PasswordHashing } from './users/password-hash.ts'
import { passwordLanes } from './users/password-lanes.ts'
import { userApi } from './users/user-api.ts'
import { userStore } from './users/user-store.ts'

type Deps = StoreDeps & {
  apps: Pick<AppStore, 'find'>
  activity: ActivityStore
  /** Told whenever someone may do something else than before. */
  accessChanges: Changes
  caKeyPem: string
  passwords?: PasswordHashing
  log: Logger
}

/** Who there is and what they may do: the part of `main.ts` that the gate's test puts together in the same way. */
export function createPeople({ apps, activity, accessChanges, caKeyPem, passwords, log, ...storeDeps }: Deps) {
  const { now } = storeDeps
  const keys = identityKeys(caKeyPem)
  const onAccessChange = accessChanges.notify
  const lanes = passwordLanes()
  const limit = attemptLimit({ now })
  const guesses = guessLimit(failureLimit({ now }))

  const tokens = tokenStore(storeDeps)
  const projects = projectStore(storeDeps)
  const memberships = membershipStore(storeDeps)
  const invitations = invitationStore(storeDeps)
  const loginRequests = loginRequestStore(storeDeps)
  const users = userStore({ ...storeDeps, lanes, passwords, onAccessChange })
  const auth = createAuth({ ...storeDeps, passwords, secret: keys.cookieSecret, log })
  const sessions = sessionStore({ ...storeDeps, auth, onAccessChange })
  const secondFactors = secondFactorStore({ ...storeDeps, keys })

  const { rolesOf } = memberships
  const known = knownCallers({ tokens, users, rolesOf })
  const gate = createGate({
    methods: [known.byToken, known.bySession(sessionCookie({ find: sessions.find }))],
    limit: failureLimit({ now }),
    projectOf: async (app) => (await apps.find(app))?.project,
    log,
  })

  const failed = failedSignIns({ activity, now, log })
  const signIn = signInWith({ users, auth, sessions, secondFactors, limit, lanes, failed, activity })
  const mine = { users, auth, sessions, secondFactors, limit, lanes, activity, signIn, rolesOf, onAccessChange }
  const theirs = { users, tokens, projects, memberships, invitations, loginRequests, guesses, activity, accessChanges }
  const callerOf = known.ofSession
  const viewMe = (caller: Parameters<typeof meOf>[0]) => meOf(caller, { users, rolesOf })
  const handlers = [
    ...sessionApi({ ...mine, callerOf }),
    ...secondFactorApi({ ...mine, callerOf }),
    ...userApi({ users, rolesOf, activity }),
    ...tokenApi({ ...theirs, now }),
    ...projectApi(theirs),
    ...memberApi(theirs),
    ...invitationApi({ ...theirs, signIn, callerOf, viewMe, now }),
    ...loginRequestApi(theirs),
  ]
  return { gate, handlers, users, tokens, projects, memberships }
}
