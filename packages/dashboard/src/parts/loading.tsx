import { Group, Loader, Text } from '@mantine/core'

/** Says what is being waited for; never a bare spinner. */
export function Loading({ what }: { what: string }) {
  return (
    <Group gap="xs" role="status" mih={40}>
      <Loader size={14} aria-hidden />
      <Text size="sm" c="dimmed">
        Loading {what} …
      </Text>
    </Group>
  )
}
