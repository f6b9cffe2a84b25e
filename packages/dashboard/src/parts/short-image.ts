/** A name with its digest cut to what tells images apart: `127.0.0.1:5000/shop@sha256:376407c3bc0e…`. */
export const shortImage = (name: string): string => name.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…')
