import { formatBytes, type Image, ImageRef } from '@berth/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useImage } from '#api/use-image.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import classes from './app-page.module.css'

const typingPauseMs = 500

/** Whether an image can be had, said while one types its name. Has its place whatever it says. */
export function ImageNote({ name }: { name: string }) {
  const [settled] = useDebouncedValue(name.trim(), typingPauseMs)
  const isName = ImageRef.safeParse(settled).success
  const { image, error, isFetching } = useImage(settled, { enabled: isName })
  const isSettled = settled === name.trim()
  return (
    <div className={classes.imageNote} role="status">
      {!name.trim() ? null : !isSettled || (isName && isFetching && !image) ? (
        'Looking for the image …'
      ) : !isName ? null : error ? (
        <span className={classes.warn}>
          {error.message}
          {error.hint ? `. ${error.hint}` : ''}
        </span>
      ) : image ? (
        <Found image={image} />
      ) : null}
    </div>
  )
}

function Found({ image: { sizeBytes, source, exposedPorts, createdAt } }: { image: Image }) {
  const facts = [
    source === 'machine' ? 'On the machine' : 'In the registry',
    ...(sizeBytes === null ? [] : [formatBytes(sizeBytes)]),
    ...(exposedPorts?.length ? [`listens on ${exposedPorts.join(', ')}`] : []),
  ]
  return (
    <>
      {facts.join(' · ')}
      {createdAt ? (
        <>
          {' · built '}
          <RelativeTime at={createdAt} />
        </>
      ) : null}
    </>
  )
}
