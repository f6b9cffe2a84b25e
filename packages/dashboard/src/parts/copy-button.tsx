import { ActionIcon, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

type Props = {
  value: string
  /** What it is: "URL of shop". */
  label: string
  size?: number
}

const shownMs = 1_500

export function CopyButton({ value, label, size = 28 }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), shownMs)
    return () => clearTimeout(timer)
  }, [outcome])

  const words = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Select and copy it by hand' : `Copy ${label}`
  const Icon = outcome === 'copied' ? IconCheck : outcome === 'refused' ? IconAlertTriangle : IconCopy
  return (
    <Tooltip label={words} opened={outcome ? true : undefined}>
      <ActionIcon
        size={size}
        aria-label={words}
        aria-live="polite"
        onClick={async () => setOutcome((await copyText(value)) ? 'copied' : 'refused')}
      >
        <Icon size={Math.round(size * 0.57)} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
