import { QRCodeSVG } from 'qrcode.react'
import classes from './settings.module.css'

/** Dark on white in either theme: not every camera reads the other way round. */
export default function QrCode({ value }: { value: string }) {
  return (
    <div className={classes.qr}>
      <QRCodeSVG value={value} size={168} marginSize={2} title="Code to scan with the authenticator" />
    </div>
  )
}
