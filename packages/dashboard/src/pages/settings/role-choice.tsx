import type { Role } from '@berth/contract'
import { Radio, Stack } from '@mantine/core'
import { roleWords } from './role-words.ts'

export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <Radio.Group label="Role" value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap="xs" mt="xs">
        {(['reader', 'developer', 'admin'] as const).map((role) => (
          <Radio key={role} value={role} label={roleWords[role].title} description={roleWords[role].below} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
