import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import { type ComponentPropsWithRef, useId } from 'react'
import classes from './app-page.module.css'

type Props = ButtonProps &
  Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps> & {
    /** Why it cannot be pressed now; it stays focusable so that the reason can be found. */
    whyNot?: string | undefined
  }

/** A button that, where it does nothing, says why. */
export function ActionButton({ whyNot, onClick, ...props }: Props) {
  const id = useId()
  if (whyNot === undefined) return <Button {...props} onClick={onClick} />
  return (
    <Tooltip label={whyNot} multiline maw={300} events={{ hover: true, focus: true, touch: true }}>
      <span className={classes.refused}>
        <Button
          {...props}
          data-disabled
          aria-disabled
          aria-describedby={id}
          onClick={(event: React.MouseEvent) => event.preventDefault()}
        />
        <span id={id} hidden>
          {whyNot}
        </span>
      </span>
    </Tooltip>
  )
}
