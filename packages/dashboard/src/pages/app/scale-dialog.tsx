import { type App, Replicas, scaleApp } from '@berth/contract'
import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'

export function ScaleDialog({ app: { name, replicas, readyReplicas }, onClose }: { app: App; onClose(): void }) {
  const [wanted, setWanted] = useState<number | string>(replicas)
  const checked = Replicas.min(1, 'use 1 to 100 replicas; to have none, stop the app').safeParse(wanted)
  const scale = useAction(scaleApp, {
    onSuccess: (app) => {
      onClose()
      announce(`${name} is to have ${app.replicas === 1 ? '1 instance' : `${app.replicas} instances`}`)
    },
  })
  return (
    <ConfirmDialog
      title={`Scale ${name}`}
      confirm={checked.success && checked.data !== replicas ? `Scale to ${checked.data}` : 'Scale'}
      pending="Asking whether it fits …"
      isBlocked={!checked.success || checked.data === replicas}
      action={scale}
      onConfirm={() => {
        if (checked.success) scale.mutate({ params: { app: name }, body: { replicas: checked.data } })
      }}
      onClose={onClose}
    >
      <NumberInput
        label="Instances"
        description={`${readyReplicas} of ${replicas} are up now. More start beside them; of fewer, the surplus finishes what it does and ends.`}
        value={wanted}
        onChange={setWanted}
        error={
          checked.success
            ? undefined
            : typeof wanted === 'number'
              ? checked.error.issues[0]?.message
              : 'use a whole number'
        }
        min={1}
        max={100}
        clampBehavior="none"
        allowDecimal={false}
        allowNegative={false}
        data-autofocus
      />
    </ConfirmDialog>
  )
}
