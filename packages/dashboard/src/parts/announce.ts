import { PlatformError } from '@berth/contract'
import type { NotificationData } from '@mantine/notifications'

/** Says in the corner of the page that something was done: "shop is being deployed". */
export const announce = (message: string) => void show({ message, color: 'petrol' })

/** For what has no place of its own on the page where its error could stand. */
export function announceError(error: unknown, title: string) {
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof PlatformError && error.hint ? `. ${error.hint}` : ''
  void show({ title, message: `${message}${hint}`, color: 'red', autoClose: 15_000, role: 'alert' })
}

async function show(notice: NotificationData) {
  const { notifications } = await import('@mantine/notifications')
  notifications.show({ closeButtonProps: { 'aria-label': 'Close' }, ...notice })
}
