import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorBox } from '#parts/error-box.tsx'
import classes from './app-page.module.css'

type Props = {
  title: string
  /** What will happen, and what will not. */
  children: ReactNode
  /** The word on the button: "Stop it". */
  confirm: string
  /** Said while it is being done. */
  pending: string
  tone?: 'bad' | undefined
  isBlocked?: boolean | undefined
  action: { isPending: boolean; error: Error | null }
  onConfirm(): void
  onClose(): void
}

/** Asks before something is done, and stays until it is or has failed. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  pending,
  tone,
  isBlocked,
  action,
  onConfirm,
  onClose,
}: Props) {
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    if (!isBlocked && !action.isPending) onConfirm()
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit} className={classes.dialog}>
        <div>{children}</div>
        <ErrorBox error={action.error} title="That did not work" />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={tone === 'bad' ? 'red.9' : undefined}
            disabled={isBlocked}
            loading={action.isPending}
            data-autofocus={tone !== 'bad' || undefined}
          >
            {confirm}
          </Button>
        </Group>
        <div className={classes.pending} role="status">
          {action.isPending ? pending : ''}
        </div>
      </form>
    </Modal>
  )
}
