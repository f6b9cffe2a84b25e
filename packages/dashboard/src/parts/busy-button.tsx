import { Button, type ButtonProps, Loader } from '@mantine/core'
import type { ComponentPropsWithoutRef, ReactNode } from 'react'

type Props = Omit<ButtonProps, 'loading' | 'disabled'> &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> & {
    isBusy: boolean
    /** What is going on meanwhile: "Saving …". */
    busyWords: string
    /** For another reason than being busy. */
    isOff?: boolean
    children: ReactNode
  }

/** Says what it does while it does it, keeps the focus, and cannot be pressed twice. */
export function BusyButton({ isBusy, busyWords, isOff = false, children, onClick, leftSection, ...rest }: Props) {
  return (
    <Button
      {...rest}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || isOff || undefined}
      data-disabled={isOff || undefined}
      leftSection={isBusy ? <Loader size={14} color="currentColor" aria-hidden /> : leftSection}
      onClick={(event) => {
        if (isBusy || isOff) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {isBusy ? busyWords : children}
    </Button>
  )
}
