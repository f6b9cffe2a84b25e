import { Password } from '@berth/contract'
import { PasswordInput } from '@mantine/core'
import { useState } from 'react'

type Props = {
  value: string
  onChange: (password: string) => void
  hasFocus?: boolean
  label?: string
}

/** Says what is wrong once the field was left, and at once from then on. */
export function NewPassword({ value, onChange, hasFocus = false, label = 'New password' }: Props) {
  const [wasLeft, setLeft] = useState(false)
  const problem = Password.safeParse(value).error?.issues[0]?.message
  return (
    <PasswordInput
      label={label}
      description="At least 10 characters; a few words in a row are easier to remember than signs"
      autoComplete="new-password"
      required
      withAsterisk={false}
      minLength={10}
      maxLength={256}
      autoFocus={hasFocus}
      value={value}
      error={wasLeft && value !== '' && problem ? `Too short or too long: ${problem}` : undefined}
      onBlur={() => setLeft(true)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
