import { notifications } from '@mantine/notifications'

/** Says in the corner of the page that something was done: "shop is being deployed". */
export const announce = (message: string) => void notifications.show({ message })
