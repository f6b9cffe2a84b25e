import { drainMachine, type Machine } from '@berth/contract'
import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import classes from './machine-actions.module.css'

export function DrainDialog({ machine: { name, instances }, onClose }: { machine: Machine; onClose(): void }) {
  const [isForced, setForced] = useState(false)
  const drain = useAction(drainMachine, {
    onSuccess: () => {
      onClose()
      announce(`${name} is being drained`)
    },
  })
  const isTooMuch = drain.error?.code === 'does_not_fit'
  return (
    <ConfirmDialog
      title={`Drain ${name}?`}
      confirm={isForced ? 'Drain it all the same' : 'Drain it'}
      pending="Looking whether everything fits elsewhere …"
      tone={isForced ? 'bad' : undefined}
      action={drain}
      onConfirm={() => drain.mutate({ params: { machine: name }, body: { force: isForced } })}
      onClose={onClose}
    >
      <div className={classes.stack}>
        <p>
          {instances === 1 ? 'The instance' : `All ${instances} instances`} that it runs move to other machines, one app
          after the other. New ones are up before the old ones finish, so no request fails. It takes nothing new until
          you activate it.
        </p>
        {isTooMuch || isForced ? (
          <Checkbox
            label="Drain it although not everything fits elsewhere"
            description="What does not fit is stopped until there is room"
            checked={isForced}
            onChange={({ currentTarget: { checked } }) => setForced(checked)}
          />
        ) : null}
      </div>
    </ConfirmDialog>
  )
}
