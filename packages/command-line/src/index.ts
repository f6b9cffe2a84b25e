export { type Declaration, nameOf } from './declaration.ts'
export { helpOf, type Parsed, parseWords } from './parse-words.ts'
export { unknownCommand } from './usage-error.ts'
