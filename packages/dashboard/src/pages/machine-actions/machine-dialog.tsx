import type { Machine } from '@berth/contract'
import { ActivateDialog, CordonDialog } from './availability-dialogs.tsx'
import { DrainDialog } from './drain-dialog.tsx'
import { LabelsDialog } from './labels-dialog.tsx'
import type { MachineAction } from './machine-refusals.ts'
import { RemoveDialog } from './remove-dialog.tsx'
import { RoleDialog } from './role-dialog.tsx'

type Props = { action: MachineAction; machine: Machine; onClose(): void; onRemoved?: (() => void) | undefined }

export default function MachineDialog({ action, machine, onClose, onRemoved }: Props) {
  switch (action) {
    case 'drain':
      return <DrainDialog machine={machine} onClose={onClose} />
    case 'activate':
      return <ActivateDialog machine={machine} onClose={onClose} />
    case 'cordon':
    case 'uncordon':
      return <CordonDialog machine={machine} isCordoned={action === 'cordon'} onClose={onClose} />
    case 'promote':
    case 'demote':
      return <RoleDialog machine={machine} role={action === 'promote' ? 'manager' : 'worker'} onClose={onClose} />
    case 'label':
      return <LabelsDialog machine={machine} onClose={onClose} />
    case 'remove':
      return <RemoveDialog machine={machine} onClose={onClose} onRemoved={onRemoved} />
  }
}
