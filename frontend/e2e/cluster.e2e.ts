import { anybody } from './journeys/anybody'
import { connection } from './journeys/connection'
import { mistakes } from './journeys/mistakes'
import { newcomer } from './journeys/newcomer'
import { secrets } from './journeys/secrets'
import { stageOf } from './stage'

const stage = stageOf('cluster')

newcomer(stage)
secrets(stage)
mistakes(stage)
anybody(stage)
connection(stage)
