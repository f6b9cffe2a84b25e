import { z } from 'zod'
import { accessLevels, defineEndpoint } from './endpoint.ts'
import { ProjectName } from './names.ts'
import { Role } from './project.ts'
import { Email, Password } from './user.ts'

/** Who asks, as they may know it. */
export const Me = z.strictObject({
  /** What the activity log calls the caller. */
  name: z.string(),
  kind: z.enum(['user', 'token']),
  email: z.string().nullable(),
  /** The most that the caller may do anywhere; `self` while the password must be changed first. */
  access: z.enum(accessLevels),
  isAdmin: z.boolean(),
  mustChangePassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  projects: z.array(z.strictObject({ name: z.string(), role: Role })),
})
export type Me = z.infer<typeof Me>

export const whoAmI = defineEndpoint({
  method: 'GET',
  path: '/v1/whoami',
  access: 'self',
  on: 'platform',
  summary: 'Who is signed in and what they may do where',
  result: Me,
  errors: [],
})

/** Answers with a session cookie. */
export const signIn = defineEndpoint({
  method: 'POST',
  path: '/v1/sign-in',
  access: 'anyone',
  on: 'platform',
  summary: 'Sign in with e-mail and password; with a code too, where a second factor is set up',
  body: z.strictObject({
    email: Email,
    password: z.string().min(1).max(256),
    /** Six digits of the authenticator, or one of the recovery codes. */
    code: z.string().max(32).optional(),
  }),
  result: Me,
  errors: ['sign_in_failed', 'code_required', 'code_invalid', 'rate_limited'],
})

export const signOut = defineEndpoint({
  method: 'POST',
  path: '/v1/sign-out',
  access: 'self',
  on: 'platform',
  summary: 'End the session of this cookie',
  result: z.strictObject({ signedOut: z.literal(true) }),
  errors: ['session_required'],
})

export const changePassword = defineEndpoint({
  method: 'POST',
  path: '/v1/me/password',
  access: 'self',
  on: 'platform',
  summary: 'Choose another password; ends all other sessions',
  body: z.strictObject({ currentPassword: z.string().min(1).max(256), newPassword: Password }),
  result: Me,
  errors: ['sign_in_failed', 'session_required', 'rate_limited', 'invalid_request'],
})

export const Session = z.strictObject({
  id: z.string(),
  isCurrent: z.boolean(),
  address: z.string().nullable(),
  /** What the browser calls itself. */
  userAgent: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Session = z.infer<typeof Session>

export const listSessions = defineEndpoint({
  method: 'GET',
  path: '/v1/me/sessions',
  access: 'self',
  on: 'platform',
  summary: 'Where the caller is signed in, last used first',
  result: z.array(Session),
  errors: ['session_required'],
})

export const endSession = defineEndpoint({
  method: 'DELETE',
  path: '/v1/me/sessions/:sessionId',
  access: 'self',
  on: 'platform',
  summary: 'Sign out one session of the caller',
  params: z.strictObject({ sessionId: z.string().max(64) }),
  result: z.strictObject({ ended: z.int() }),
  errors: ['session_required', 'not_found'],
})

export const endAllSessions = defineEndpoint({
  method: 'POST',
  path: '/v1/me/sessions/end-all',
  access: 'self',
  on: 'platform',
  summary: 'Sign out everywhere, here too',
  result: z.strictObject({ ended: z.int() }),
  errors: ['session_required'],
})

export const beginSecondFactor = defineEndpoint({
  method: 'POST',
  path: '/v1/me/second-factor',
  access: 'self',
  on: 'platform',
  summary: 'Begin to set up a second factor (TOTP); it counts once a code was confirmed',
  body: z.strictObject({ password: z.string().min(1).max(256) }),
  result: z.strictObject({
    /** otpauth://..., for a QR code. */
    uri: z.string(),
    /** The same, to be typed in. */
    secret: z.string(),
    /** Each signs in once, when the authenticator is lost. */
    recoveryCodes: z.array(z.string()),
  }),
  errors: ['sign_in_failed', 'session_required', 'conflict', 'rate_limited'],
})

export const confirmSecondFactor = defineEndpoint({
  method: 'POST',
  path: '/v1/me/second-factor/confirm',
  access: 'self',
  on: 'platform',
  summary: 'Turn the second factor on, with a code that proves it works',
  body: z.strictObject({ code: z.string().regex(/^\d{6}$/, 'use the six digits that the authenticator shows') }),
  result: Me,
  errors: ['code_invalid', 'session_required', 'conflict', 'rate_limited'],
})

export const removeSecondFactor = defineEndpoint({
  method: 'POST',
  path: '/v1/me/second-factor/remove',
  access: 'self',
  on: 'platform',
  summary: 'Sign in with the password alone again',
  body: z.strictObject({ password: z.string().min(1).max(256) }),
  result: Me,
  errors: ['sign_in_failed', 'session_required', 'rate_limited'],
})

/** How a command without a browser signs in: it asks, a person who is signed in approves, it fetches its token. */
export const LoginRequest = z.strictObject({
  /** Short, to be compared by eye: "KDWX-2MPQ". */
  code: z.string(),
  /** What asks: "berth on ada's laptop". */
  client: z.string(),
  /** Where it asks from. */
  address: z.string(),
  state: z.enum(['waiting', 'approved', 'refused', 'expired']),
  expiresAt: z.iso.datetime(),
})
export type LoginRequest = z.infer<typeof LoginRequest>

const loginCode = z.strictObject({
  code: z.string().regex(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/, 'use the code as it was shown, such as KDWX-2MPQ'),
})

export const createLoginRequest = defineEndpoint({
  method: 'POST',
  path: '/v1/login-requests',
  access: 'anyone',
  on: 'platform',
  summary: 'Ask for a token that a person who is signed in must approve',
  body: z.strictObject({ client: z.string().min(1).max(100) }),
  result: z.strictObject({
    code: z.string(),
    /** Known to the one who asks alone: fetches the token. */
    secret: z.string(),
    /** The page of the dashboard where it is approved. */
    path: z.string(),
    expiresAt: z.iso.datetime(),
  }),
  errors: ['rate_limited'],
})

export const getLoginRequest = defineEndpoint({
  method: 'GET',
  path: '/v1/login-requests/:code',
  access: 'self',
  on: 'platform',
  summary: 'What asks to be signed in as the caller',
  params: loginCode,
  result: LoginRequest,
  errors: ['not_found'],
})

export const answerLoginRequest = defineEndpoint({
  method: 'POST',
  path: '/v1/login-requests/:code/answer',
  access: 'read',
  on: 'visible',
  summary: 'Approve or refuse what asks to be signed in as the caller',
  params: loginCode,
  body: z.strictObject({ isApproved: z.boolean(), access: z.enum(['read', 'deploy', 'admin']).default('deploy') }),
  result: LoginRequest,
  errors: ['not_found', 'session_required', 'conflict', 'forbidden'],
})

export const fetchLoginToken = defineEndpoint({
  method: 'POST',
  path: '/v1/login-requests/token',
  access: 'anyone',
  on: 'platform',
  summary: 'The token once it was approved, given once',
  body: z.strictObject({ secret: z.string().max(128) }),
  result: z.strictObject({
    state: LoginRequest.shape.state,
    token: z.string().nullable(),
  }),
  errors: ['not_found', 'rate_limited'],
})

export const tokenAccess = ['read', 'deploy', 'admin'] as const

export const Token = z.strictObject({
  id: z.string(),
  name: z.string(),
  access: z.enum(tokenAccess),
  /** Good for this project alone; null for all that its owner may see. */
  project: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  /** Right to a minute. */
  lastUsedAt: z.iso.datetime().nullable(),
})
export type Token = z.infer<typeof Token>

export const listTokens = defineEndpoint({
  method: 'GET',
  path: '/v1/tokens',
  access: 'read',
  on: 'visible',
  summary: "The caller's tokens, newest first; an admin of the platform sees everyone's",
  result: z.array(Token),
  errors: [],
})

export const createToken = defineEndpoint({
  method: 'POST',
  path: '/v1/tokens',
  access: 'read',
  on: 'visible',
  summary: 'Make a token that may do no more than its owner; the token itself is shown only here',
  body: z.strictObject({
    name: z.string().trim().min(1, 'give it a name').max(60, 'use at most 60 characters'),
    access: z.enum(tokenAccess),
    project: ProjectName.optional(),
    /** Absent: it does not expire. */
    expiresInDays: z.int().min(1, 'use 1 to 3650 days').max(3650, 'use 1 to 3650 days').optional(),
  }),
  result: z.strictObject({ token: z.string(), row: Token }),
  errors: ['forbidden', 'project_not_found', 'invalid_request'],
})

export const removeToken = defineEndpoint({
  method: 'DELETE',
  path: '/v1/tokens/:tokenId',
  access: 'read',
  on: 'visible',
  summary: 'Make a token worthless at once',
  params: z.strictObject({ tokenId: z.string().max(64) }),
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['not_found'],
})
