import { activateMachine, cordonMachine, listRelocations, type Machine } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'

export function ActivateDialog({ machine: { name, availability }, onClose }: { machine: Machine; onClose(): void }) {
  const activate = useAction(activateMachine, {
    invalidates: [listRelocations],
    onSuccess: () => {
      onClose()
      announce(`${name} takes instances again`)
    },
  })
  return (
    <ConfirmDialog
      title={`Activate ${name}?`}
      confirm="Activate it"
      pending="Activating …"
      action={activate}
      onConfirm={() => activate.mutate({ params: { machine: name } })}
      onClose={onClose}
    >
      {availability === 'draining' ? 'The drain that is under way ends; what was moved stays where it is. ' : ''}
      New instances may start on it again. What runs elsewhere stays there until a rebalance or a deployment.
    </ConfirmDialog>
  )
}

type CordonProps = { machine: Machine; isCordoned: boolean; onClose(): void }

export function CordonDialog({ machine: { name, instances, cordonReason }, isCordoned, onClose }: CordonProps) {
  const cordon = useAction(cordonMachine, {
    onSuccess: () => {
      onClose()
      announce(isCordoned ? `${name} takes no new instances` : `${name} takes new instances again`)
    },
  })
  return (
    <ConfirmDialog
      title={isCordoned ? `Cordon ${name}?` : `Uncordon ${name}?`}
      confirm={isCordoned ? 'Cordon it' : 'Uncordon it'}
      pending={isCordoned ? 'Cordoning …' : 'Uncordoning …'}
      action={cordon}
      onConfirm={() => cordon.mutate({ params: { machine: name }, body: { isCordoned } })}
      onClose={onClose}
    >
      {isCordoned
        ? `It takes no new instances until you uncordon it. The ${instances === 1 ? 'one that runs there goes' : `${instances} that run there go`} on.`
        : `New instances may start on it again.${cordonReason === 'pressure' ? ' It is short of something at the moment: Berth leaves it alone for a while, and may cordon it again later.' : ''}`}
    </ConfirmDialog>
  )
}
