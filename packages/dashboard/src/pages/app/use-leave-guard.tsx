import { Button, Group, Modal } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'

/** Asks before what was edited and not deployed is lost by going elsewhere. */
export function useLeaveGuard(isDirty: boolean): { dialog: ReactNode; release(): void } {
  const isReleased = useRef(false)
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty && !isReleased.current,
    enableBeforeUnload: () => isDirty && !isReleased.current,
    withResolver: true,
  })
  const dialog =
    blocker.status === 'blocked' ? (
      <Modal opened onClose={blocker.reset} title="Leave without deploying?">
        <p>What you changed here was not deployed, and is lost when you leave.</p>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={blocker.proceed}>
            Leave and lose it
          </Button>
          <Button onClick={blocker.reset} data-autofocus>
            Stay
          </Button>
        </Group>
      </Modal>
    ) : null
  return {
    dialog,
    /** What was edited is on its way. */
    release: () => {
      isReleased.current = true
    },
  }
}
