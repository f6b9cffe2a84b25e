import { type Machine, removeMachine } from '@berth/contract'
import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import classes from './machine-actions.module.css'

type Props = { machine: Machine; onClose(): void; onRemoved?: (() => void) | undefined }

export function RemoveDialog({ machine: { name, instances, state, holds }, onClose, onRemoved }: Props) {
  const [isForced, setForced] = useState(false)
  const remove = useAction(removeMachine, {
    onSuccess: () => {
      onClose()
      announce(`${name} is no longer in the cluster`)
      onRemoved?.()
    },
  })
  return (
    <ConfirmDialog
      title={`Remove ${name} from the cluster?`}
      confirm="Remove it"
      tone="bad"
      pending="Removing …"
      action={remove}
      onConfirm={() => remove.mutate({ params: { machine: name }, query: isForced ? { force: 'true' } : {} })}
      onClose={onClose}
    >
      <div className={classes.stack}>
        <p>
          Its certificate is worth nothing from then on, and it answers for no app any more. What is on the machine
          itself stays there; to come back it needs a new join token.
        </p>
        {holds.length > 0 ? <p>It holds Berth’s own {holds.join(' and ')}, which cannot run without it.</p> : null}
        {instances > 0 ? (
          <p>
            {instances === 1 ? '1 instance runs' : `${instances} instances run`} on it: drain it first, so that nobody
            notices.
          </p>
        ) : null}
        {instances > 0 || state !== 'ready' || remove.error?.code === 'machine_not_empty' ? (
          <Checkbox
            label="Remove it all the same"
            description="What runs there is lost at once and starts anew on other machines, as far as it fits"
            checked={isForced}
            onChange={({ currentTarget: { checked } }) => setForced(checked)}
          />
        ) : null}
      </div>
    </ConfirmDialog>
  )
}
