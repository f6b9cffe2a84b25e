import {
  type JoinAnswer,
  type JoinRequest,
  type JoinSettings,
  type MachineReachability,
  type MachineRole,
  PlatformError,
} from '@berth/contract'
import type { ClusterState, Engine } from '@berth/engine'
import { type KeyedCertificate, readCertificateRequest } from '@berth/identity'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { signForMachine } from '../machines/certificate-renewal.ts'
import type { IdentityStore } from '../machines/identity-store.ts'
import { observedOf } from '../machines/machine-api.ts'
import type { Reachability } from '../reachability/reachability.ts'
import { refuseTakenName, serverAddressesOf } from './join-plan.ts'
import type { JoinTokenRow, JoinTokenStore } from './join-token-store.ts'

/** What a machine is told beside who it is and where the servers are. */
export type ClusterSettings = Omit<JoinSettings, 'machine' | 'role' | 'servers'>

type Deps = {
  ca: KeyedCertificate
  joinTokens: JoinTokenStore
  identities: Pick<IdentityStore, 'add' | 'find'>
  engine: Pick<Engine, 'joinTokens'>
  cluster: Pick<ClusterObserver, 'refresh'>
  activity: Pick<ActivityStore, 'add'>
  settings: ClusterSettings
  reachability: Reachability
  now(): number
}

/** What the door does for who holds a join token. All of it throws `join_token_invalid`. */
export interface Joining {
  look(secret: string, signal: AbortSignal): Promise<JoinSettings>
  /** Whether somebody may read what is needed to join. */
  check(secret: string): Promise<void>
  join(request: JoinRequest, signal: AbortSignal): Promise<JoinAnswer>
  /** Of the machine that the token is for, once it is a member. */
  tryFromOthers(secret: string, signal: AbortSignal): Promise<MachineReachability>
}

export function createJoining(deps: Deps): Joining {
  const { ca, joinTokens, identities, engine, cluster, activity, settings, reachability, now } = deps

  const settingsFor = ({ machine, role }: JoinTokenRow, state: ClusterState): JoinSettings => ({
    ...settings,
    ...{ machine, role, servers: serverAddressesOf(state) },
  })

  async function join(request: JoinRequest, signal: AbortSignal): Promise<JoinAnswer> {
    const { secret, machine, csrPem } = request
    const keySha256 = await fingerprintOf(csrPem)
    const [tokens, state] = await Promise.all([engine.joinTokens(signal), cluster.refresh(signal)])
    const [token, record] = await Promise.all([joinTokens.getValid(secret), identities.find(machine)])
    // By this very token it may have come as far as the swarm before it broke off.
    const isItself = record?.identityId === token.id
    if (!isItself) refuseTakenName({ name: machine, record, machines: state.machines, nowMs: now() })
    // Last of all that may fail, as it can be done once.
    const row = await joinTokens.redeem({ secret, machine, keySha256 })
    const { certPem, notAfterMs } = await signForMachine({
      // A worker's, whatever it will become: once the cluster has made it a manager, it can renew it as one.
      ...{ ca, csrPem, kind: 'machine' as const, commonName: machine, identityId: row.id, nowMs: now() },
    })
    await identities.add({ identityId: row.id, name: machine, certificateEndsAtMs: notAfterMs })
    await activity.add({ actor: row.createdBy, kind: 'machine_joins', detail: describe(row.role, request) })
    return {
      settings: settingsFor(row, state),
      certPem,
      caPem: ca.certPem,
      swarm: { joinToken: tokens[row.role], managerAddresses: tokens.managerAddresses },
    }
  }

  return {
    join,
    look: async (secret, signal) => settingsFor(await joinTokens.getValid(secret), await cluster.refresh(signal)),
    check: async (secret) => void (await joinTokens.getUnused(secret)),
    async tryFromOthers(secret, signal) {
      const { machine } = await joinTokens.getValid(secret)
      const state = await cluster.refresh(signal)
      return reachability(observedOf(state, machine), state, signal)
    },
  }
}

async function fingerprintOf(csrPem: string): Promise<string> {
  const { keySha256 } = await readCertificateRequest(csrPem).catch((cause: TypeError) => {
    throw new PlatformError('invalid_request', cause.message, { cause })
  })
  return keySha256
}

const describe = (role: MachineRole, { machine, engineVersion, architecture }: JoinRequest) =>
  `${machine} as a ${role}, engine ${engineVersion}, ${architecture}`
