import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Dialog } from './dialog.tsx'

type Props = {
  title: string
  /** What will be the case afterwards. */
  children: ReactNode
  /** The verb: "Remove the token". */
  word: string
  busyWords: string
  isDanger?: boolean
  action: { isPending: boolean; error: unknown }
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be undone, or that others will notice. */
export function Confirm({ title, children, word, busyWords, isDanger = true, action, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack gap="md">
        <div>{children}</div>
        <ErrorBox error={action.error} onRetry={onConfirm} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Leave it
          </Button>
          <BusyButton
            isBusy={action.isPending}
            busyWords={busyWords}
            color={isDanger ? 'red.9' : undefined}
            onClick={onConfirm}
          >
            {word}
          </BusyButton>
        </Group>
      </Stack>
    </Dialog>
  )
}
