import {
  answerLoginRequest,
  createLoginRequest,
  fetchLoginToken,
  getLoginRequest,
  type LoginRequest,
  PlatformError,
} from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { type Caller, includes } from '../gate/caller.ts'
import type { GuessLimit } from '../gate/guess-limit.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { describeToken } from '../tokens/token-api.ts'
import type { TokenAccess } from '../tokens/token-row.ts'
import type { LoginRequestRow, LoginRequestStore } from './login-request-store.ts'

type Deps = {
  loginRequests: LoginRequestStore
  guesses: GuessLimit
  activity: Pick<ActivityStore, 'add'>
}

export function loginRequestApi({ loginRequests, guesses, activity }: Deps): EndpointHandler[] {
  return [
    handle(createLoginRequest, async ({ body, address }) => {
      const { secret, row } = await loginRequests.create({ client: body.client, address })
      const { code, expiresAtMs } = row
      return { code, secret, path: `/login/${code}`, expiresAt: new Date(expiresAtMs).toISOString() }
    }),

    handle(getLoginRequest, async ({ params }) => viewLoginRequest(await loginRequests.get(params.code))),

    handle(answerLoginRequest, async ({ params: { code }, body: { isApproved, access }, caller }) => {
      const userId = sessionUserOf(caller)
      if (isApproved) checkMayGive(caller, access)
      const row = await loginRequests.answer(code, { userId, access: isApproved ? access : null })
      const detail = `${row.client} from ${row.address}${isApproved ? `: ${access}` : ''}`
      await activity.add({ actor: caller.name, kind: `login_request_${row.state}`, detail })
      return viewLoginRequest(row)
    }),

    handle(fetchLoginToken, ({ body, address }) =>
      guesses.run(address, 'not_found', async () => {
        const { state, token: made } = await loginRequests.fetchToken(body.secret)
        if (!made) return { state, token: null }
        const detail = `${describeToken(made.row)}, fetched from ${address}`
        await activity.add({ actor: made.row.createdBy, kind: 'token_created', detail })
        return { state, token: made.token }
      }),
    ),
  ]
}

/** A token that approves another would live on in it after it was taken back. */
function sessionUserOf({ kind, userId }: Caller): string {
  if (kind === 'session' && userId !== null) return userId
  throw new PlatformError('session_required', 'A token cannot answer a request to sign in', {
    hint: 'Sign in to the dashboard and answer it there',
  })
}

function checkMayGive({ name, access }: Caller, given: TokenAccess): void {
  if (includes(access, given)) return
  throw new PlatformError(
    'forbidden',
    `A token may do no more than its owner; ${name} has "${access}", not "${given}"`,
    {
      hint: `Approve it with the access "${access}"`,
    },
  )
}

const viewLoginRequest = ({ code, client, address, state, expiresAtMs }: LoginRequestRow): LoginRequest => ({
  ...{ code, client, address, state },
  expiresAt: new Date(expiresAtMs).toISOString(),
})
