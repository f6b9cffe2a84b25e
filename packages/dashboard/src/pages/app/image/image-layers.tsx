import { type AnalysedLayer, formatBytes, type ImageAnalysis } from '@berth/contract'
import { plainText } from '../logs/log-text.ts'
import classes from './image.module.css'

/** All layers in one bar, and below it each with its instruction: what is wasted of it is drawn in another colour. */
export function ImageLayersCard({ analysis: { layers, sizeBytes } }: { analysis: ImageAnalysis }) {
  const largest = Math.max(...layers.map((layer) => layer.sizeBytes), 1)
  return (
    <section className={classes.card}>
      <h2>Layers</h2>
      {sizeBytes > 0 ? (
        <div className={classes.whole} aria-hidden>
          {layers.map((layer, index) =>
            layer.sizeBytes > 0 ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the layers of an image never change.
              <LayerBar key={index} layer={layer} grow={layer.sizeBytes} />
            ) : null,
          )}
        </div>
      ) : null}
      <ol className={classes.layers}>
        {layers.map((layer, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          <LayerRow key={index} layer={layer} share={layer.sizeBytes / largest} />
        ))}
      </ol>
    </section>
  )
}

function LayerBar({ layer: { sizeBytes, wastedBytes }, grow }: { layer: AnalysedLayer; grow: number }) {
  return (
    <span className={classes.bar} style={{ flexGrow: grow }}>
      <span className={classes.wasted} style={{ width: `${(100 * wastedBytes) / Math.max(sizeBytes, 1)}%` }} />
    </span>
  )
}

function LayerRow({ layer, share }: { layer: AnalysedLayer; share: number }) {
  const { sizeBytes, wastedBytes, files, command } = layer
  return (
    <li className={classes.layer}>
      <div className={classes.numbers}>
        <strong>{formatBytes(sizeBytes)}</strong>
        <span className={classes.soft}>{files === 1 ? '1 file' : `${files} files`}</span>
        {wastedBytes > 0 ? <span className={classes.warn}>{formatBytes(wastedBytes)} wasted</span> : null}
      </div>
      <div className={classes.track} aria-hidden>
        <div style={{ width: `${100 * share}%` }} className={classes.share}>
          <LayerBar layer={layer} grow={1} />
        </div>
      </div>
      <p className={classes.command}>{plainText(command) || 'No instruction is known'}</p>
    </li>
  )
}
