/** What allows our style elements, and nobody else's; the server makes a new one for each answer. */
const nonce = document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? ''

export const styleNonce = () => nonce

// The name under which what locks scrolling behind a dialog looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce })
