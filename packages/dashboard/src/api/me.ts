import type { Access, Me } from '@berth/contract'
import { createContext, useContext } from 'react'

export const MeContext = createContext<Me | undefined>(undefined)

/** Who is signed in. Only for what is shown to someone who is. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe is only for pages that need a sign-in')
  return me
}

const accessOfRole = { reader: 'read', developer: 'deploy', admin: 'admin' } as const
const rank = { anyone: 0, self: 1, read: 2, deploy: 3, admin: 4 } as const satisfies Record<Access, number>

/** Whether the server would let them; for what to show, never for safety. */
export function may(me: Me, needed: 'read' | 'deploy' | 'admin', project: string | undefined): boolean {
  if (rank[me.access] < rank[needed]) return false
  if (me.isAdmin) return true
  const role = me.projects.find(({ name }) => name === project)?.role
  return role !== undefined && rank[accessOfRole[role]] >= rank[needed]
}
