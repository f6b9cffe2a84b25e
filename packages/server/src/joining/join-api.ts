import { createJoinToken, formatJoinToken } from '@berth/contract'
import { certificateSha256 } from '@berth/identity'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { IdentityStore } from '../machines/identity-store.ts'
import { refuseTakenName, serverAddressesOf } from './join-plan.ts'
import type { JoinTokenStore } from './join-token-store.ts'

type Deps = {
  joinTokens: Pick<JoinTokenStore, 'create'>
  identities: Pick<IdentityStore, 'find'>
  cluster: Pick<ClusterObserver, 'refresh'>
  activity: Pick<ActivityStore, 'add'>
  caPem: string
  now(): number
}

export const joinApi = ({ joinTokens, identities, cluster, activity, caPem, now }: Deps): EndpointHandler[] => [
  handle(createJoinToken, async ({ body, caller, signal }) => {
    const { machine, role, expiresInMinutes } = body
    const [state, record] = await Promise.all([cluster.refresh(signal), identities.find(machine)])
    refuseTakenName({ name: machine, record, machines: state.machines, nowMs: now() })
    const expiresAtMs = now() + expiresInMinutes * 60_000
    const { secret } = await joinTokens.create({ machine, role, createdBy: caller.name, expiresAtMs })
    await activity.add({ actor: caller.name, kind: 'join_token_created', detail: `${machine} as a ${role}` })
    return {
      token: formatJoinToken({
        ...{ machine, secret, servers: serverAddressesOf(state), caSha256: certificateSha256(caPem) },
      }),
      machine,
      role,
      expiresAt: new Date(expiresAtMs).toISOString(),
    }
  }),
]
