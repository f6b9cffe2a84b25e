import { formatBytes, type ImageAnalysis } from '@berth/contract'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'

type Row = { key: string; sizeBytes: number; words: string; note?: string }

const mostRows = 12

export function ImageFiles({ analysis }: { analysis: ImageAnalysis }) {
  const { wastedFiles, leftovers, duplicates, largestFiles } = analysis
  return (
    <div className={classes.columns}>
      <Files
        title="Overwritten or deleted later"
        rows={wastedFiles.map(({ path, wastedBytes, isDeleted }) => ({
          ...{ key: path, sizeBytes: wastedBytes, words: `/${path}`, note: isDeleted ? 'deleted' : 'overwritten' },
        }))}
      />
      <Files
        title="Left over"
        rows={leftovers.map(({ kind, sizeBytes, examples }) => ({
          ...{ key: kind, sizeBytes, words: kind.replaceAll('_', ' '), note: examples.join(', ') },
        }))}
      />
      <Files
        title="Duplicates"
        rows={duplicates.map(({ paths, wastedBytes, copies }) => ({
          ...{ key: paths.join('\n'), sizeBytes: wastedBytes, words: paths.map((path) => `/${path}`).join(', ') },
          note: `${copies} copies`,
        }))}
      />
      <Files
        title="Largest files"
        rows={largestFiles.map(({ path, sizeBytes, layer }) => ({
          ...{ key: path, sizeBytes, words: `/${path}`, note: `layer ${layer + 1}` },
        }))}
      />
    </div>
  )
}

function Files({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <section className={classes.card}>
      <h2>{title}</h2>
      {rows.length === 0 ? <p className={classes.soft}>None.</p> : null}
      <ul className={classes.list}>
        {rows.slice(0, mostRows).map(({ key, sizeBytes, words, note }) => (
          <li key={key} className={classes.file}>
            <span className={classes.size}>{formatBytes(sizeBytes)}</span>
            <span className={classes.path}>
              {plainText(words)}
              {note ? <span className={classes.soft}> {plainText(note)}</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > mostRows ? (
        <p className={classes.soft}>and {rows.length - mostRows} more, which berth image analyze --json lists</p>
      ) : null}
    </section>
  )
}
