import { planRebalance, type RebalancePlan, startRebalance } from '@berth/contract'
import { IconArrowRight } from '@tabler/icons-react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import sheet from '#parts/sheet.module.css'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import classes from './machine-actions.module.css'

/** Shows what would be moved before anything is. */
export default function RebalanceDialog({ onClose }: { onClose(): void }) {
  const plan = useCall(planRebalance, {}, { staleMs: 0 })
  const start = useAction(startRebalance, {
    invalidates: [planRebalance],
    onSuccess: () => {
      onClose()
      announce('The rebalance has begun')
    },
  })
  const count = plan.data?.moves.length ?? 0
  return (
    <ConfirmDialog
      title="Spread instances evenly?"
      confirm={count === 0 ? 'Move' : count === 1 ? 'Move 1 instance' : `Move ${count} instances`}
      pending="Asking for the rebalance …"
      isBlocked={count === 0}
      action={start}
      onConfirm={() => start.mutate({})}
      onClose={onClose}
    >
      {plan.data ? (
        <Plan plan={plan.data} />
      ) : plan.error ? (
        <ErrorBox error={plan.error} title="The plan could not be made" onRetry={() => void plan.refetch()} />
      ) : (
        <Loading what="the plan" height={120} />
      )}
    </ConfirmDialog>
  )
}

function Plan({ plan: { moves, skipped } }: { plan: RebalancePlan }) {
  return (
    <div className={classes.stack}>
      <p>
        {moves.length === 0
          ? 'There is nothing to move: instances are spread as evenly as they can be.'
          : 'One at a time, in this order, each new one up before the old one finishes, so that no request fails.'}
      </p>
      {moves.length > 0 ? (
        <ol className={classes.moves}>
          {moves.map(({ app, service, from, to }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two instances of a service may go the same way.
            <li key={index}>
              <strong>{app}</strong> <span className={sheet.soft}>{service}</span>
              <span className={classes.way}>
                {from} <IconArrowRight size={14} aria-label="to" /> {to}
              </span>
            </li>
          ))}
        </ol>
      ) : null}
      {skipped.length > 0 ? (
        <div>
          <p className={sheet.soft}>Left as it is:</p>
          <ul className={classes.moves}>
            {skipped.map(({ app, service, reason }) => (
              <li key={`${app} ${service}`}>
                <strong>{app}</strong> <span className={sheet.soft}>{reason}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  )
}
