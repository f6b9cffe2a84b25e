import { IconArrowsExchange } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useRelocations } from '#live/use-live.ts'
import { noteOfRelocations } from '../pages/machine-actions/relocation-words.ts'
import classes from './move-note.module.css'

/** Tells on every page that instances are being moved; the page of machines shows how far. */
export function MoveNote() {
  const note = noteOfRelocations(useRelocations())
  const { pathname } = useLocation()
  if (note === undefined || pathname === '/machines') return null
  return (
    <Link to="/machines" className={classes.note}>
      <IconArrowsExchange size={15} stroke={1.8} aria-hidden />
      {note}
    </Link>
  )
}
