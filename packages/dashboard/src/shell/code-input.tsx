import { TextInput } from '@mantine/core'

/** The second factor. Not digits alone: a recovery code fits too. */
export function CodeInput({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  return (
    <TextInput
      label="Code"
      description="The six digits that your authenticator shows, or a recovery code"
      name="code"
      autoComplete="one-time-code"
      inputMode="text"
      maxLength={32}
      required
      withAsterisk={false}
      autoFocus
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
