// Entry of `npm run dev` and `npm run demo`: the same command, from the source.
import { run } from './run.ts'

await run(process.argv)
