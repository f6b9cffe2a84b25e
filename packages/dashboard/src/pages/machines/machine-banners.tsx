import { type Machine, planRebalance } from '@berth/contract'
import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useMe, useRelocations } from '#live/use-live.ts'
import { RelocationCard } from '../machine-actions/relocation-card.tsx'
import { activeRelocations } from '../machine-actions/relocation-words.ts'
import { needsAttention } from './machine-choice.ts'
import classes from './machines.module.css'

const RebalanceDialog = lazy(() => import('../machine-actions/rebalance-dialog.tsx'))

const minuteMs = 60_000

type Props = { machines: readonly Machine[]; isFiltered: boolean; onShowTroubled(): void }

/** What is wrong, what is being moved, and what could be. */
export function MachineBanners({ machines, isFiltered, onShowTroubled }: Props) {
  const troubled = machines.filter(needsAttention).length
  const active = activeRelocations(useRelocations())
  return (
    <>
      {troubled > 0 && machines.length > 1 ? (
        <div className={classes.banner} role="status">
          <p>{troubled === 1 ? '1 machine needs attention.' : `${troubled} machines need attention.`}</p>
          {isFiltered ? null : (
            <Button size="compact-sm" variant="default" onClick={onShowTroubled}>
              Show {troubled === 1 ? 'it' : 'them'}
            </Button>
          )}
        </div>
      ) : null}
      {active.length > 0 ? (
        <div className={classes.relocations}>
          {active.map((relocation) => (
            <RelocationCard key={relocation.id} relocation={relocation} />
          ))}
        </div>
      ) : (
        <RebalanceOffer machines={machines} />
      )}
    </>
  )
}

function RebalanceOffer({ machines }: { machines: readonly Machine[] }) {
  const { isAdmin } = useMe()
  const [isOpen, setOpen] = useState(false)
  const plan = useCall(planRebalance, {}, { enabled: isAdmin && machines.length > 1, refetchIntervalMs: minuteMs })
  const count = plan.data?.moves.length ?? 0
  return (
    <>
      {count > 0 ? (
        <div className={classes.banner} data-tone="busy" role="status">
          <p>
            Instances could be spread more evenly: {count === 1 ? '1 would move.' : `${count} would move.`} No request
            fails meanwhile.
          </p>
          <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
            Show the plan
          </Button>
        </div>
      ) : null}
      <Suspense>{isOpen ? <RebalanceDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
