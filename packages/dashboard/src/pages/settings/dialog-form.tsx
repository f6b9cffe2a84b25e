import { Button, Group, Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'

type Props = {
  children: ReactNode
  /** The verb: "Make the token". */
  word: string
  busyWords: string
  action: { isPending: boolean; error: unknown }
  /** Where the server did not take it. */
  failure: string
  isOff?: boolean
  /** Not while it is being sent already. */
  onSubmit: () => void
  onClose: () => void
}

/** The form of a dialog: its fields, what went wrong, and the way on and back. */
export function DialogForm({ children, word, busyWords, action, failure, isOff, onSubmit, onClose }: Props) {
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!action.isPending) onSubmit()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {children}
        <ErrorBox title={failure} error={action.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <BusyButton type="submit" isBusy={action.isPending} busyWords={busyWords} isOff={isOff ?? false}>
            {word}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  )
}
