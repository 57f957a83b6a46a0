import { playAt } from './play.ts'

playAt('teams')
