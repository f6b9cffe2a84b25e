import { randomInt } from 'node:crypto'

/** Capitals and digits that nobody takes for another: no vowels (and so no words), none of 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V. */
const letters = 'CFGHJKMNPRTWXY34679'

/** Such as "KFWX-37MP"; to be compared by eye. */
export const newLoginCode = (): string => `${four()}-${four()}`

const four = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
