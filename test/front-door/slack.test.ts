import { playAt } from './play.ts'

playAt('slack')
