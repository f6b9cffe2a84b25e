import { Notifications } from '@mantine/notifications'
import '@mantine/notifications/styles.layer.css'

/** Where announcements appear; loaded after the page, which seldom has one at once. */
export default function Notices() {
  return <Notifications position="bottom-right" limit={4} autoClose={6_000} />
}
