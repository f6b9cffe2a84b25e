import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '@berth/contract'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { meOf, sessionOf } from './me.ts'
import { type SessionApiDeps, throwWrongPassword } from './session-api.ts'
import { type SignInDeps, throwCodeInvalid } from './sign-in.ts'

type Deps = SessionApiDeps & Pick<SignInDeps, 'secondFactors'>

export function secondFactorApi(deps: Deps): EndpointHandler[] {
  const { users, secondFactors, limit, lanes, activity } = deps

  /** A session alone may not change how one signs in: it could be a stolen one. */
  const confirmPassword = (userId: string, password: string) =>
    limit.run({ kind: 'user', userId }, () =>
      lanes.run('known', async () => {
        if (!(await users.holdsPassword(userId, password))) throwWrongPassword()
      }),
    )

  return [
    handle(beginSecondFactor, async ({ body, caller }) => {
      const { userId } = sessionOf(caller)
      await confirmPassword(userId, body.password)
      return secondFactors.begin(await users.get(userId))
    }),

    handle(confirmSecondFactor, async ({ body, caller }) => {
      const { userId } = sessionOf(caller)
      await limit.run({ kind: 'user', userId }, async () => {
        if (!(await secondFactors.confirm(userId, body.code))) throwCodeInvalid()
      })
      await activity.add({ actor: caller.name, kind: 'second_factor_added' })
      return meOf(caller, deps)
    }),

    handle(removeSecondFactor, async ({ body, caller }) => {
      const { userId } = sessionOf(caller)
      await confirmPassword(userId, body.password)
      const wasOn = await secondFactors.remove(userId)
      if (wasOn) await activity.add({ actor: caller.name, kind: 'second_factor_removed' })
      return meOf(caller, deps)
    }),
  ]
}
