import { type Access, type AccessSubject, PlatformError } from '@berth/contract'
import type { Logger } from 'pino'
import { type Caller, includes, nobody } from './caller.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { Identification, IdentificationMethod, Visitor } from './identification.ts'
import { checkSubject, type SubjectCheck } from './subject.ts'

/** The one place that decides who gets in, for HTTP requests and WebSocket upgrades alike. */
export interface Gate {
  /**
   * Before anything of a body is read: who it is, and whether they may do so much anywhere. Throws `unauthenticated`,
   * `password_change_required`, `forbidden` or `rate_limited`.
   */
  admit(visitor: Visitor, needed: Needed): Promise<Caller>
  /**
   * Once it is known which app or project it is about: whether they may do so much there. Throws `app_not_found` or
   * `project_not_found` for what they may not know of, and `forbidden`.
   */
  checkSubject(caller: Caller, check: SubjectCheck): Promise<void>
}

export type Needed = { access: Access; on: AccessSubject }

type Deps = {
  methods: readonly IdentificationMethod[]
  limit: FailureLimit
  /** The project of an app; undefined if there is no such app. */
  projectOf(app: string): Promise<string | undefined>
  log: Logger
}

export function createGate({ methods, limit, projectOf, log }: Deps): Gate {
  async function identify(visitor: Visitor): Promise<Identification> {
    for (const method of methods) {
      const found = await method(visitor)
      if (found !== 'absent') return found
    }
    return 'absent'
  }

  const admit: Gate['admit'] = async (visitor, needed) => {
    if (needed.access === 'anyone') return nobody
    const { address, headers } = visitor
    // Only whom shows a token: a session cannot be guessed, and someone else's tries must not close the dashboard.
    const waitMs = headers.authorization === undefined ? 0 : limit.waitMs(address)
    if (waitMs > 0) throw tooManyFailures(waitMs)

    const caller = await identify(visitor)
    if (caller === 'absent') throw notSignedIn()
    if (caller === 'ended') throw sessionEnded()
    if (caller === 'refused') {
      limit.failed(address)
      log.warn({ address }, 'credentials_refused')
      throw notValid()
    }
    if (caller.kind === 'token') limit.succeeded(address)
    checkAnywhere(caller, needed)
    return caller
  }

  return { admit, checkSubject: (caller, check) => checkSubject(caller, check, projectOf) }
}

function checkAnywhere(caller: Caller, { access, on }: Needed): void {
  if (caller.access === 'self' && access !== 'self') throw mustChangePassword(caller)
  if (!includes(caller.access, access)) throw notAllowed(caller, access)
  const isForAdmins = on === 'platform' && includes(access, 'deploy')
  if (isForAdmins && !caller.isAdmin) throw onlyForAdmins(caller)
}

const signInHint = 'Sign in with `berth login`, or send the header `Authorization: Bearer <token>`'

const notSignedIn = () =>
  new PlatformError('unauthenticated', 'This needs someone who is signed in, or a token', { hint: signInHint })

const notValid = () =>
  new PlatformError('unauthenticated', 'This token is not valid, or no longer', { hint: signInHint })

const sessionEnded = () =>
  new PlatformError('unauthenticated', 'This session has ended', { hint: 'Sign in again to go on' })

const mustChangePassword = ({ name, kind }: Caller) =>
  new PlatformError('password_change_required', `${name} must choose a new password first`, {
    hint: kind === 'token' ? 'Its owner does that in the dashboard; until then the token rests' : 'Choose one to go on',
  })

const notAllowed = ({ name, kind, access }: Caller, needed: Access) =>
  new PlatformError('forbidden', `This needs the access "${needed}"; ${name} has "${access}"`, {
    hint:
      kind === 'token'
        ? `Use a token with the access "${needed}", of someone who has it`
        : 'An admin of your project can give you another role',
  })

const onlyForAdmins = ({ name, kind }: Caller) =>
  new PlatformError('forbidden', `This is for admins of the platform; ${name} is none`, {
    hint:
      kind === 'token'
        ? 'Use a token of an admin, with the access "admin" and for all projects'
        : 'Ask an admin of the platform',
  })

const tooManyFailures = (waitMs: number) =>
  new PlatformError('rate_limited', 'Too many tokens from this address were not valid', {
    hint: `Try again in ${Math.ceil(waitMs / 1000)} s with a valid token`,
  })
