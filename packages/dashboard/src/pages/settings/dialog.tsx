import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = {
  title: string
  onClose: () => void
  /** Shows something that is lost when it is closed: only its own buttons close it. */
  isHeld?: boolean
  size?: string
  children: ReactNode
}

export function Dialog({ title, onClose, isHeld = false, size = 'md', children }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      withCloseButton={!isHeld}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  )
}
